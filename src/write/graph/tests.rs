//! Every format, over strings that try it. That the tools themselves read the formats is checked by
//! `scripts/readers/check_graph.py`.

use proptest::prelude::*;
use quick_xml::events::Event;

use super::*;
use crate::graph::NodeKind;
use crate::graph::tests::{governor, graph};

/// A graph with a string in the places where strings of users stand.
fn hostile(text: &str) -> Graph {
    let mut record = governor(if text.is_empty() { "a" } else { text }, "2023-05-01");
    record.meta.title = Some(text.to_owned());
    record.tasks[0].text = text.to_owned();
    record.organizations[0].name = text.to_owned();
    graph([&record])
}

/// The texts and attributes of a document that is well-formed.
fn strings(xml: &[u8]) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut reader = quick_xml::Reader::from_reader(xml);
    let mut found = Vec::new();
    loop {
        match reader.read_event()? {
            Event::Eof => return Ok(found),
            Event::Start(start) | Event::Empty(start) => {
                for attribute in start.attributes() {
                    found.push(attribute?.value.into_owned());
                }
            }
            Event::Text(text) => found.push(text.into_inner().into_owned()),
            _ => {}
        }
    }
}

fn bytes(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out).expect("memory takes everything");
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn xml_is_well_formed_for_any_string(text in "(?s)[\\x00-\\x1f<>&\"'\u{fffe}\u{200c}\u{200f}🙂آ-ی a-c]{0,20}") {
        let graph = hostile(&text);
        for xml in [bytes(|out| graphml::write(&graph, out)), bytes(|out| gexf::write(&graph, out))] {
            for string in strings(&xml).expect("well-formed") {
                prop_assert_eq!(xml::allowed(&string), string.as_str());
            }
        }
    }

    #[test]
    fn json_and_rdf_parse_for_any_string(text in "(?s).{0,20}") {
        let graph = hostile(&text);
        for line in bytes(|out| ftm::write(&graph, out)).split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
            prop_assert!(serde_json::from_slice::<serde_json::Value>(line).is_ok());
        }
        let turtle = bytes(|out| rdf::turtle(&graph, out));
        let triples: Result<Vec<_>, _> = oxttl::TurtleParser::new().for_slice(&turtle).collect();
        let triples = triples.expect("Turtle");
        let json = bytes(|out| rdf::json_ld(&graph, out));
        let quads: Result<Vec<_>, _> = oxjsonld::JsonLdParser::new().for_slice(&json).collect();
        prop_assert_eq!(triples.len(), quads.expect("JSON-LD").len());
    }

    #[test]
    fn csv_has_one_line_for_each_node(text in "(?s).{0,20}") {
        let graph = hostile(&text);
        for kind in NodeKind::ALL {
            let table = neo4j::Table::Nodes(kind);
            let bytes = bytes(|out| table.write(&graph, out));
            let rows: Result<Vec<_>, _> = csv::Reader::from_reader(&*bytes).into_records().collect();
            let nodes = graph.nodes.iter().filter(|n| n.kind == kind).count();
            prop_assert_eq!(rows.expect("CSV").len(), nodes);
            prop_assert_eq!(bytes.iter().filter(|b| **b == b'\n').count(), nodes + 1);
        }
    }
}

#[test]
fn control_characters_are_shown_in_xml() {
    assert_eq!(xml::allowed("پل\u{1}\u{fffe}"), "پل\u{fffd}\u{fffd}");
    assert_eq!(xml::allowed("نیم\u{200c}فاصله 🙂"), "نیم\u{200c}فاصله 🙂");
}

#[test]
fn dot_has_no_open_quotes() {
    let dot = String::from_utf8(bytes(|out| dot::write(&hostile("a\"b\\"), out))).expect("text");
    assert!(dot.contains("label=\"a\\\"b\\\\\""), "{dot}");
}

#[test]
fn a_post_held_has_days_in_gexf() {
    let gexf = String::from_utf8(bytes(|out| gexf::write(&hostile("پل"), out))).expect("text");
    assert!(gexf.contains("<spell start=\"2023-05-01\" end=\"2023-05-01\"/>"), "{gexf}");
}

#[test]
fn the_script_loads_every_file() {
    let script = String::from_utf8(bytes(|out| neo4j::script(out))).expect("text");
    for table in neo4j::Table::ALL {
        assert!(script.contains(&format!("'file:///{}'", table.file())));
    }
}

#[test]
fn parquet_comes_back() -> Result<(), Box<dyn std::error::Error>> {
    use ::parquet::file::reader::{FileReader, SerializedFileReader};
    let graph = hostile("پل «نو» 🙂");
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("g.parquet");
    write(&graph, GraphFormat::Parquet, &path)?;
    let rows = |name: &str| -> Result<i64, Box<dyn std::error::Error>> {
        let reader = SerializedFileReader::new(fs::File::open(path.join(name))?)?;
        Ok(reader.metadata().file_metadata().num_rows())
    };
    assert_eq!(rows("nodes.parquet")?, graph.nodes.len() as i64);
    assert_eq!(rows("edges.parquet")?, graph.edges.len() as i64);
    assert_eq!(rows("evidence.parquet")?, graph.evidence.len() as i64);
    Ok(())
}
