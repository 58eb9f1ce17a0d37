//! The graph in the formats of the tools that people use. One file for each format; what a format says of
//! a node or edge comes from one table of columns, so that all of them say the same.

mod columns;
mod dot;
mod ftm;
mod gexf;
mod graphml;
mod neo4j;
mod parquet;
mod rdf;
#[cfg(test)]
mod tests;
mod xml;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::graph::Graph;
use crate::write::whole::WholeFile;

/// Formats of graphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphFormat {
    /// GraphML, for NetworkX, igraph, yEd, Gephi.
    GraphMl,
    /// GEXF 1.3 with colours, sizes and days, for Gephi.
    Gexf,
    /// DOT, for Graphviz.
    Dot,
    /// A folder of CSV files for `neo4j-admin database import`, with a Cypher script.
    Neo4j,
    /// RDF in Turtle.
    Turtle,
    /// RDF in JSON-LD.
    JsonLd,
    /// FollowTheMoney entities, one JSON object a line.
    FollowTheMoney,
    /// A folder of Parquet tables: nodes, edges, evidence.
    Parquet,
}

impl GraphFormat {
    /// The format that a file of this name has; `None` for an unknown extension.
    ///
    /// ```
    /// use dabir::write::graph::GraphFormat;
    /// assert_eq!(GraphFormat::of_path("out/g.gexf".as_ref()), Some(GraphFormat::Gexf));
    /// assert_eq!(GraphFormat::of_path("g.ftm.json".as_ref()), Some(GraphFormat::FollowTheMoney));
    /// assert_eq!(GraphFormat::of_path("g.txt".as_ref()), None);
    /// ```
    pub fn of_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let formats = [
            (".graphml", Self::GraphMl),
            (".gexf", Self::Gexf),
            (".dot", Self::Dot),
            (".gv", Self::Dot),
            (".ttl", Self::Turtle),
            (".jsonld", Self::JsonLd),
            (".ftm.json", Self::FollowTheMoney),
            (".ftm.jsonl", Self::FollowTheMoney),
            (".ftm", Self::FollowTheMoney),
            (".neo4j", Self::Neo4j),
            (".parquet", Self::Parquet),
        ];
        formats.iter().find(|(end, _)| name.ends_with(end)).map(|(_, format)| *format)
    }
}

/// Why a graph could not be written.
#[derive(Debug, thiserror::Error)]
pub enum GraphError {
    /// The file system said no.
    #[error("{path}: {source}")]
    Io {
        /// What was to be written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Writes a graph to `path`: a file that appears when it is complete, or for [`GraphFormat::Neo4j`] and
/// [`GraphFormat::Parquet`] a folder of such files.
///
/// # Errors
/// Where a file cannot be written.
pub fn write(graph: &Graph, format: GraphFormat, path: &Path) -> Result<(), GraphError> {
    match format {
        GraphFormat::GraphMl => whole(path, |out| graphml::write(graph, out)),
        GraphFormat::Gexf => whole(path, |out| gexf::write(graph, out)),
        GraphFormat::Dot => whole(path, |out| dot::write(graph, out)),
        GraphFormat::Turtle => whole(path, |out| rdf::turtle(graph, out)),
        GraphFormat::JsonLd => whole(path, |out| rdf::json_ld(graph, out)),
        GraphFormat::FollowTheMoney => whole(path, |out| ftm::write(graph, out)),
        GraphFormat::Neo4j => {
            folder(path)?;
            for table in neo4j::Table::ALL {
                whole(&path.join(table.file()), |out| table.write(graph, out))?;
            }
            whole(&path.join("load.cypher"), |out| neo4j::script(out))
        }
        GraphFormat::Parquet => {
            folder(path)?;
            whole(&path.join("nodes.parquet"), |out| parquet::nodes(graph, out))?;
            whole(&path.join("edges.parquet"), |out| parquet::edges(graph, out))?;
            whole(&path.join("evidence.parquet"), |out| parquet::evidence(graph, out))
        }
    }
}

fn folder(path: &Path) -> Result<(), GraphError> {
    fs::create_dir_all(path).map_err(|source| GraphError::Io { path: path.to_owned(), source })
}

/// A file that appears when it is complete.
fn whole(path: &Path, body: impl FnOnce(&mut WholeFile) -> io::Result<()>) -> Result<(), GraphError> {
    let write = || {
        let mut file = WholeFile::create(path)?;
        body(&mut file)?;
        file.finish()
    };
    write().map_err(|source| GraphError::Io { path: path.to_owned(), source })
}
