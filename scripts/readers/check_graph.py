"""Reads every format of `dabir graph` back with the tool that it is for, and compares what the tools see."""
import csv
import json
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

import igraph
import networkx as nx
import pyarrow.parquet as pq
import pydot
import pyshacl
import rdflib
from followthemoney import model
from followthemoney.exc import InvalidData
from networkx.readwrite.gexf import GEXF

HERE = Path(__file__).parent
DABIR, CORPUS, FOLDER = sys.argv[1], sys.argv[2], Path(sys.argv[3])
KINDS = ["Person", "Post", "Organization", "Place", "Task", "Document", "Meeting"]
TYPES = ["HOLDS", "POST_IN", "PART_OF", "ASSIGNED_TO", "COLLABORATES_ON", "ISSUED_BY", "DECIDED_IN",
         "MENTIONED_IN", "LOCATED_IN"]
# NetworkX reads what GEXF 1.3 has, but knows the namespaces only up to 1.2.
GEXF.versions["1.3"] = {
    "NS_GEXF": "http://gexf.net/1.3",
    "NS_VIZ": "http://gexf.net/1.3/viz",
    "NS_XSI": "http://www.w3.org/2001/XMLSchema-instance",
    "SCHEMALOCATION": "http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd",
    "VERSION": "1.3",
}
# Parts of labels of the hostile record: half-spaces, quotes, markup, marks of direction, emoji. Names are
# normalized, which joins no emoji; a title is as written.
HOSTILE = ["نام\u200cآور \U0001f9d1\U0001f680", "شهرداری؛ | گلستان\u200cشهر", 'با "نقل"، <تگ> & \u200f\U0001f642']


def make(name, *options):
    path = FOLDER / name
    subprocess.run([DABIR, "graph", CORPUS, "-o", path, "--quiet", *options], check=True)
    return path


def say(what):
    print(f"   {what}")


def parquet():
    """The typed tables are what the other formats are compared with."""
    folder = make("tables.parquet")
    nodes, edges, evidence = (pq.read_table(folder / f"{t}.parquet") for t in ("nodes", "edges", "evidence"))
    assert str(nodes.schema.field("aliases").type).startswith("list<"), nodes.schema
    assert str(nodes.schema.field("due").type) == "date32[day]", nodes.schema
    nodes, edges, evidence = nodes.to_pylist(), edges.to_pylist(), evidence.to_pylist()
    ids = {n["id"] for n in nodes}
    assert len(ids) == len(nodes) and len({e["id"] for e in edges}) == len(edges)
    assert all(e["source"] in ids and e["target"] in ids for e in edges)
    assert {n["kind"] for n in nodes} == set(KINDS), {n["kind"] for n in nodes}
    missing = set(TYPES) - {e["kind"] for e in edges}
    assert not missing, f"no edge of the kinds {missing}"
    texts = {r["id"]: r["text"] for r in map(json.loads, open(CORPUS, encoding="utf-8"))}
    escaped = {n["id"]: n for n in nodes if n["kind"] == "Document"}
    assert len(escaped) == len(texts)
    weights = {}
    for e in evidence:
        assert f"document:{e['document']}" in escaped
        assert 0 <= e["start"] <= e["end"] <= max(map(len, texts.values()))
        assert 0 <= e["score"] <= 1
        weights[e["edge"]] = weights.get(e["edge"], 0) + 1
    assert weights == {e["id"]: e["weight"] for e in edges}
    labels = {n["label"] for n in nodes}
    for name in HOSTILE:
        assert any(name in label for label in labels), name
    say(f"pyarrow: {len(nodes)} nodes, {len(edges)} edges, {len(evidence)} pieces of evidence")
    return nodes, edges


def xml_safe(text):
    """What XML forbids is U+FFFD in XML."""
    return "".join(c if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"
                   else "\ufffd" for c in text)


def graphml(nodes, edges):
    path = make("graph.graphml")
    graph = nx.read_graphml(path, force_multigraph=True)
    assert {i: d["label"] for i, d in graph.nodes(data=True)} == {n["id"]: xml_safe(n["label"]) for n in nodes}
    found = {(s, t, d["kind"], d["weight"]) for s, t, d in graph.edges(data=True)}
    assert found == {(e["source"], e["target"], e["kind"], e["weight"]) for e in edges}
    assert all(isinstance(d["score"], float) and isinstance(d["start"], int) for _, _, d in graph.edges(data=True))
    say(f"networkx, GraphML: {graph.number_of_nodes()} nodes, {graph.number_of_edges()} edges")
    other = igraph.Graph.Read_GraphML(str(path))
    assert other.is_directed()
    assert sorted(other.vs["label"]) == sorted(xml_safe(n["label"]) for n in nodes)
    assert sorted(other.es["kind"]) == sorted(e["kind"] for e in edges)
    assert sum(other.es["weight"]) == sum(e["weight"] for e in edges)
    say(f"igraph, GraphML: {other.vcount()} nodes, {other.ecount()} edges")


def gexf(nodes, edges):
    graph = nx.read_gexf(make("graph.gexf"), version="1.3")
    assert {i: d["label"] for i, d in graph.nodes(data=True)} == {n["id"]: xml_safe(n["label"]) for n in nodes}
    assert graph.number_of_edges() == len(edges)
    mentions = {n["id"]: n["mentions"] for n in nodes if n["mentions"] is not None}
    assert {i: d["mentions"] for i, d in graph.nodes(data=True) if "mentions" in d} == mentions
    held = [d for _, _, d in graph.edges(data=True) if d["kind"] == "HOLDS"]
    assert any("spells" in d or "start" in d for d in held), held[:1]
    assert all("viz" in d for _, d in graph.nodes(data=True))
    say(f"networkx, GEXF 1.3: {graph.number_of_nodes()} nodes, {graph.number_of_edges()} edges with days")


def dot(nodes, edges):
    path = make("graph.dot")
    (graph,) = pydot.graph_from_dot_file(str(path), encoding="utf-8")
    names = [n for n in graph.get_nodes() if n.get_name() not in ("node", "graph", "edge")]
    assert len(names) == len(nodes) and len(graph.get_edges()) == len(edges)
    labels = {n.get_name().strip('"'): n.get("label") for n in names}
    def plain(label): return label[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    assert {i: plain(label) for i, label in labels.items()} == {n["id"]: n["label"] for n in nodes}
    say(f"pydot: {len(names)} nodes, {len(graph.get_edges())} edges")
    if shutil.which("dot") is None:
        say("SKIPPED: Graphviz (`dot`) is not installed")
        return
    small = make("small.dot", "--types", "person,post,organization")
    subprocess.run(["dot", "-Tsvg", small, "-o", FOLDER / "small.svg"], check=True)
    say("Graphviz drew a picture")


def neo4j(nodes, edges):
    folder = make("graph.neo4j")
    types = {"int": int, "double": float, "date": str, "string[]": str, "boolean": str, "": str}
    ids = []
    for kind in KINDS:
        with open(folder / f"nodes-{kind.lower()}.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        head = rows[0]
        assert head[:2] == ["id:ID", "name"] and head[-1] == ":LABEL", head
        assert all(name.partition(":")[2] in types for name in head[2:-1]), head
        for row in rows[1:]:
            assert len(row) == len(head) and row[-1] == f"{kind}\x1fThing"
            for name, cell in zip(head[2:-1], row[2:-1]):
                types[name.partition(":")[2]](cell or 0)
            assert not any("\n" in cell for cell in row)
        ids += [(row[0], row[1]) for row in rows[1:]]
    assert sorted(ids) == sorted((n["id"], n["label"]) for n in nodes)
    ends = []
    for kind in TYPES:
        with open(folder / f"edges-{kind.lower()}.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert rows[0][:3] == [":START_ID", ":END_ID", "id"] and rows[0][-1] == ":TYPE", rows[0]
        ends += [(row[0], row[1], row[-1]) for row in rows[1:]]
    assert sorted(ends) == sorted((e["source"], e["target"], e["kind"]) for e in edges)
    script = (folder / "load.cypher").read_text(encoding="utf-8")
    assert script.count("CREATE CONSTRAINT") == 8 and script.count("LOAD CSV WITH HEADERS") == 16
    say(f"neo4j-admin conventions: {len(ids)} nodes, {len(ends)} relationships")


def rdf(nodes, edges):
    turtle = rdflib.Graph().parse(make("graph.ttl"), format="turtle")
    other = rdflib.Graph().parse(make("graph.jsonld"), format="json-ld")
    assert set(turtle) == set(other), "Turtle and JSON-LD differ"
    org = rdflib.Namespace("http://www.w3.org/ns/org#")
    assert len(set(turtle.subjects(rdflib.RDF.type, org.Post))) == sum(n["kind"] == "Post" for n in nodes)
    assert len(set(turtle.subject_objects(org.holds))) == sum(e["kind"] == "HOLDS" for e in edges)
    labels = {str(o) for o in turtle.objects(None, rdflib.RDFS.label)}
    assert labels == {n["label"] for n in nodes}
    conforms, _, report = pyshacl.validate(turtle, shacl_graph=str(HERE / "shapes.ttl"), advanced=False)
    assert conforms, report[:4000]
    say(f"rdflib: {len(turtle)} triples in Turtle and JSON-LD; pyshacl: they conform to shapes.ttl")


def followthemoney(nodes, edges):
    with open(make("graph.ftm.json"), encoding="utf-8") as file:
        raw = [json.loads(line) for line in file]
    proxies = {}
    for entity in raw:
        proxy = model.get_proxy(entity, cleaned=False)
        for name, values in entity["properties"].items():
            assert proxy.schema.get(name) is not None, f"{entity['schema']} has no {name}"
            assert len(proxy.get(name)) == len(values), (entity["schema"], name, values, proxy.get(name))
        try:
            proxy.schema.validate(entity)
        except InvalidData as error:
            raise AssertionError(f"{entity}: {error.errors}") from error
        assert proxy.id not in proxies
        proxies[proxy.id] = proxy
    for proxy in proxies.values():
        for prop, value in proxy.itervalues():
            if prop.type.name != "entity":
                continue
            other = proxies[value]
            assert other.schema.is_a(prop.range), f"{proxy.schema.name}.{prop.name} is a {other.schema.name}"
    say(f"followthemoney: {len(proxies)} valid entities")


def stable():
    """The same corpus in another order gives the same bytes."""
    lines = Path(CORPUS).read_text(encoding="utf-8").splitlines(keepends=True)
    turned = FOLDER / "turned.jsonl"
    turned.write_text("".join(reversed(lines)), encoding="utf-8")
    for name in ("graph.gexf", "graph.ttl"):
        path = FOLDER / f"turned-{name}"
        subprocess.run([DABIR, "graph", turned, "-o", path, "--quiet"], check=True)
        assert path.read_bytes() == (FOLDER / name).read_bytes(), name
    say("the order of the documents changes nothing")


nodes, edges = parquet()
for check in (graphml, gexf, dot, neo4j, rdf, followthemoney):
    check(nodes, edges)
stable()
