//! `dabir export`: what was found, in the formats of other tools.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use dabir::exchange::{FileNames, Sheet, brat, cas, conll, doccano, labelstudio, webanno};
use dabir::record::Record;
use dabir::worklist::{self, Filter};
use dabir::write::csv::{CsvTable, Dialect};
use dabir::write::sqlite::{Database, DatabaseError};
use dabir::write::tables::Table;
use dabir::write::whole::WholeFile;
use dabir::write::{ics, parquet};

use super::Outcome;
use super::run::{self, Tally};
use super::tasks::FilterArgs;

/// Write annotated documents in the formats of other tools
///
/// Formats for annotation tools: conll, brat, doccano, labelstudio, inception, webanno. Tables: csv,
/// xlsx-csv, parquet, sqlite. Calendar: ics. What comes back from brat, doccano, Label Studio and CoNLL
/// is read by `dabir import`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Annotated documents (dabir/1), or - for standard input
    #[arg(required = true, value_name = "ANNOTATED")]
    inputs: Vec<PathBuf>,
    /// Format
    #[arg(long, value_enum, value_name = "FORMAT")]
    to: ToArg,
    /// File, or folder for formats of many files [default: standard output]
    #[arg(long, short, value_name = "FILE|DIR")]
    output: Option<PathBuf>,
    /// The table that a csv or parquet file holds; a folder gets all of them
    #[arg(long, value_enum, default_value = "tasks", value_name = "NAME")]
    table: TableArg,
    /// For ics: in minutes with a table of resolutions, also the tasks of the narrative
    #[arg(long)]
    all: bool,
    /// Write into a folder that is not empty
    #[arg(long)]
    force: bool,
    /// No progress bar
    #[arg(long, short)]
    quiet: bool,
    #[command(flatten)]
    filter: FilterArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ToArg {
    /// Tagged tokens (BIO), one file
    Conll,
    /// brat standoff, a folder
    Brat,
    /// doccano, JSON lines
    Doccano,
    /// Label Studio, JSON; a folder also gets the labelling configuration
    Labelstudio,
    /// INCEpTION: UIMA CAS JSON, a folder
    Inception,
    /// WebAnno TSV 3.3, a folder
    Webanno,
    /// Comma-separated values: one table, or a folder with all
    Csv,
    /// The same as spreadsheets want it: byte-order mark, CRLF, no formulas
    XlsxCsv,
    /// Apache Parquet: one table, or a folder with all
    Parquet,
    /// An SQLite database with full-text search
    Sqlite,
    /// To-dos with a day due (iCalendar)
    Ics,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TableArg {
    Documents,
    Sentences,
    Mentions,
    Officials,
    Organizations,
    Tasks,
    TaskActors,
}

impl From<TableArg> for Table {
    fn from(table: TableArg) -> Self {
        match table {
            TableArg::Documents => Self::Documents,
            TableArg::Sentences => Self::Sentences,
            TableArg::Mentions => Self::Mentions,
            TableArg::Officials => Self::Officials,
            TableArg::Organizations => Self::Organizations,
            TableArg::Tasks => Self::Tasks,
            TableArg::TaskActors => Self::TaskActors,
        }
    }
}

/// Runs the subcommand.
pub fn run(args: Args) -> Result<Outcome> {
    let filter = args.filter.filter();
    if filter != Filter::default() && args.to != ToArg::Ics {
        bail!("filters only go with --to ics; `dabir tasks` filters tables of tasks");
    }
    let tally = match args.to {
        ToArg::Conll => to_file(&args, |records, out| {
            records.each(|record| Ok(conll::write(out, &Sheet::from(&record))?))
        }),
        ToArg::Doccano => to_file(&args, |records, out| {
            records.each(|record| Ok(doccano::write(out, &Sheet::from(&record))?))
        }),
        ToArg::Ics => to_file(&args, |records, out| {
            ics::begin(out)?;
            let mut count = 0;
            let tally = records.each(|record| {
                let mut items = worklist::items(&record, args.all);
                items.retain(|i| filter.admits(i));
                count += ics::add(out, &record, &items)?;
                Ok(())
            })?;
            ics::end(out)?;
            if count == 0 {
                run::report("no task with a day due; the calendar is empty");
            }
            Ok(tally)
        }),
        ToArg::Labelstudio => label_studio(&args),
        ToArg::Brat | ToArg::Inception | ToArg::Webanno => document_files(&args),
        ToArg::Csv | ToArg::XlsxCsv => csv(&args),
        ToArg::Parquet => parquet_files(&args),
        ToArg::Sqlite => sqlite_file(&args),
    }?;
    tally.outcome()
}

/// The annotated documents.
struct Records<'a>(&'a Args);

impl Records<'_> {
    fn each(self, sink: impl FnMut(Record) -> Result<()>) -> Result<Tally> {
        let tally = run::read_records(&self.0.inputs, self.0.quiet, sink)?;
        // An output without any document would only look like a success.
        if tally.done == 0 && tally.failures > 0 {
            bail!("no document could be read");
        }
        Ok(tally)
    }
}

/// Writes one file, or standard output.
fn to_file(args: &Args, write: impl FnOnce(Records<'_>, &mut dyn Write) -> Result<Tally>) -> Result<Tally> {
    match &args.output {
        None => {
            let mut out = io::BufWriter::new(io::stdout().lock());
            let tally = write(Records(args), &mut out)?;
            out.flush()?;
            Ok(tally)
        }
        Some(path) => {
            let mut file = whole(path)?;
            let tally = write(Records(args), &mut file)?;
            finish(file, path)?;
            Ok(tally)
        }
    }
}

fn whole(path: &Path) -> Result<WholeFile> {
    WholeFile::create(path).with_context(|| path.display().to_string())
}

fn finish(file: WholeFile, path: &Path) -> Result<()> {
    file.finish().with_context(|| path.display().to_string())
}

/// The folder to write into, which must be new or empty: in a folder of a tool may lie hours of work.
fn folder(args: &Args) -> Result<&Path> {
    let Some(folder) = args.output.as_deref() else {
        bail!("this format is a folder of files: name it with -o DIR");
    };
    let at = || folder.display().to_string();
    if folder.is_dir() {
        let used = fs::read_dir(folder).with_context(at)?.next().is_some();
        if used && !args.force {
            bail!(
                "{}: the folder is not empty; name another one, or overwrite files in it with --force",
                at()
            );
        }
    } else {
        fs::create_dir_all(folder).with_context(at)?;
    }
    Ok(folder)
}

/// Whether the output is a file of this extension, not a folder.
fn is_file(args: &Args, extension: &str) -> bool {
    let Some(path) = &args.output else { return true };
    !path.is_dir() && path.extension().is_some_and(|e| e.eq_ignore_ascii_case(extension))
}

fn put(path: &Path, content: &[u8]) -> Result<()> {
    let mut file = whole(path)?;
    file.write_all(content)?;
    finish(file, path)
}

fn label_studio(args: &Args) -> Result<Tally> {
    let write = |records: Records<'_>, out: &mut dyn Write| {
        let mut tasks = labelstudio::Tasks::new(out);
        let tally = records.each(|record| Ok(tasks.add(&Sheet::from(&record))?))?;
        tasks.finish()?;
        Ok(tally)
    };
    if is_file(args, "json") {
        return to_file(args, write);
    }
    let folder = folder(args)?;
    let path = folder.join("tasks.json");
    let mut file = whole(&path)?;
    let tally = write(Records(args), &mut file)?;
    finish(file, &path)?;
    put(&folder.join("labeling-config.xml"), labelstudio::config().as_bytes())?;
    Ok(tally)
}

fn document_files(args: &Args) -> Result<Tally> {
    let folder = folder(args)?;
    let mut names = FileNames::default();
    let mut left = 0;
    let tally = Records(args).each(|record| {
        let sheet = Sheet::from(&record);
        let name = names.give(&sheet.id);
        let path = |extension: &str| folder.join(format!("{name}.{extension}"));
        match args.to {
            ToArg::Brat => {
                put(&path("txt"), sheet.text.as_bytes())?;
                put(&path("ann"), brat::write(&sheet).as_bytes())
            }
            ToArg::Webanno => {
                let (written, crossing) = webanno::write(&sheet);
                left += crossing;
                put(&path("tsv"), written.as_bytes())
            }
            _ => {
                let (written, crossing) = cas::write(&sheet);
                left += crossing;
                put(&path("json"), &serde_json::to_vec(&written)?)
            }
        }
    })?;
    if args.to == ToArg::Brat {
        put(&folder.join("annotation.conf"), brat::annotation_conf().as_bytes())?;
        put(&folder.join("visual.conf"), brat::visual_conf().as_bytes())?;
    }
    if left > 0 {
        run::report(&format!(
            "{left} spans cross the end of a sentence, which the format does not allow; they were left out"
        ));
    }
    Ok(tally)
}

fn csv(args: &Args) -> Result<Tally> {
    let dialect = if args.to == ToArg::Csv { Dialect::Plain } else { Dialect::Spreadsheet };
    if is_file(args, "csv") {
        return to_file(args, |records, out| {
            let mut table = CsvTable::new(args.table.into(), dialect, out)?;
            let tally = records.each(|record| Ok(table.add(&record)?))?;
            table.finish()?;
            Ok(tally)
        });
    }
    let folder = folder(args)?;
    let paths: Vec<PathBuf> = Table::ALL.iter().map(|t| folder.join(format!("{}.csv", t.name()))).collect();
    let mut files = paths.iter().map(|p| whole(p)).collect::<Result<Vec<_>>>()?;
    let tables = Table::ALL.iter().zip(&mut files);
    let mut tables =
        tables.map(|(&t, file)| CsvTable::new(t, dialect, file)).collect::<Result<Vec<_>, _>>()?;
    let tally = Records(args).each(|record| {
        tables.iter_mut().try_for_each(|table| table.add(&record))?;
        Ok(())
    })?;
    for table in tables {
        table.finish()?;
    }
    for (file, path) in files.into_iter().zip(&paths) {
        finish(file, path)?;
    }
    Ok(tally)
}

fn parquet_files(args: &Args) -> Result<Tally> {
    let Some(output) = &args.output else { bail!("parquet is no text: name a file or folder with -o") };
    let tables: Vec<Table>;
    let paths: Vec<PathBuf>;
    if is_file(args, "parquet") {
        tables = vec![args.table.into()];
        paths = vec![output.clone()];
    } else {
        let folder = folder(args)?;
        tables = Table::ALL.to_vec();
        paths = tables.iter().map(|t| folder.join(format!("{}.parquet", t.name()))).collect();
    }
    let mut writers = Vec::new();
    for (table, path) in tables.into_iter().zip(&paths) {
        writers.push(parquet::ParquetTable::new(table, whole(path)?)?);
    }
    let tally = Records(args).each(|record| {
        writers.iter_mut().try_for_each(|w| w.add(&record))?;
        Ok(())
    })?;
    for (writer, path) in writers.into_iter().zip(&paths) {
        finish(writer.finish()?, path)?;
    }
    Ok(tally)
}

fn sqlite_file(args: &Args) -> Result<Tally> {
    let Some(output) = &args.output else { bail!("a database is no text: name a file with -o FILE") };
    let mut database = Database::create(output)?;
    let mut twice = 0;
    let tally = Records(args).each(|record| match database.add(&record) {
        Err(error @ DatabaseError::Twice { .. }) => {
            twice += 1;
            run::report(&error.to_string());
            Ok(())
        }
        other => Ok(other?),
    })?;
    database.finish()?;
    Ok(Tally { done: tally.done - twice, failures: tally.failures + twice })
}
