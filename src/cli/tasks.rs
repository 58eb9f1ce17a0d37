//! `dabir tasks`: the table of who must do what by when.

use std::io::{self, IsTerminal, Write};
use std::time::SystemTime;

use anyhow::Result;
use clap::ValueEnum;
use dabir::calendar::Date;
use dabir::document::SentenceClass;
use dabir::worklist::{self, Filter, GroupBy, Item, Name, SortBy};
use dabir::write::tasks as table;

use super::Outcome;
use super::run::{self, FormatArg, Source, Stages};

/// Print the tasks of documents as a table: what, who, by when
///
/// Documents that were annotated before (dabir/1 records) are taken as they are. Filters of one kind
/// are alternatives, all kinds that are given must hold; names are found in any spelling.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    stages: Stages,
    /// Format of the inputs [default: recognised from the content of each]
    #[arg(long, value_enum, value_name = "NAME")]
    input_format: Option<FormatArg>,
    /// How to print the tasks
    #[arg(long, value_enum, default_value = "table", value_name = "NAME")]
    format: TableFormat,
    /// In minutes with a table of resolutions, also the tasks of the narrative
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    filter: FilterArgs,
    /// Order of the tasks
    #[arg(long, value_enum, default_value = "document", value_name = "KEY", help_heading = "Order")]
    sort: SortArg,
    /// Put tasks together
    #[arg(long, value_enum, value_name = "KEY", help_heading = "Order")]
    group_by: Option<GroupArg>,
}

/// Which tasks are wanted.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Filters")]
pub struct FilterArgs {
    /// Official who must do it, helps, or asked for it: name or office
    #[arg(long, value_name = "NAME")]
    official: Vec<String>,
    /// Organization that must do it, helps, or asked for it
    #[arg(long, value_name = "NAME")]
    organization: Vec<String>,
    /// Who must do it: official or organization
    #[arg(long, value_name = "NAME")]
    assignee: Vec<String>,
    /// Class of the sentence
    #[arg(long, value_enum, value_name = "CLASS", value_delimiter = ',')]
    class: Vec<ClassArg>,
    /// Due on this day or later: 1402-03-31 or 2023-06-21
    #[arg(long, value_name = "DATE", value_parser = day)]
    due_after: Option<Date>,
    /// Due on this day or earlier
    #[arg(long, value_name = "DATE", value_parser = day)]
    due_before: Option<Date>,
    /// Only tasks whose day due has passed
    #[arg(long)]
    overdue: bool,
    /// The day that counts as today; says for how long each task has been overdue
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
    /// Place in the sentence, of the meeting, or in the name of who must do it
    #[arg(long, value_name = "NAME")]
    place: Vec<String>,
    /// Words of the act
    #[arg(long, value_name = "WORDS")]
    text: Vec<String>,
}

impl FilterArgs {
    /// The day that counts as today, where it matters.
    pub fn as_of(&self) -> Option<Date> {
        self.as_of.or_else(|| if self.overdue { today() } else { None })
    }

    /// The filter.
    pub fn filter(&self) -> Filter {
        let names = |all: &[String]| all.iter().map(|n| Name::new(n)).collect();
        Filter {
            officials: names(&self.official),
            organizations: names(&self.organization),
            assignees: names(&self.assignee),
            classes: self.class.iter().map(|&c| c.into()).collect(),
            due_after: self.due_after,
            due_before: self.due_before,
            overdue_at: if self.overdue { self.as_of() } else { None },
            places: names(&self.place),
            texts: names(&self.text),
        }
    }
}

/// Reads a day of either calendar.
fn day(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| {
        "no such day; expected year, month and day, Jalali (1402-03-31) or Gregorian (2023-06-21)".to_owned()
    })
}

/// Today in Iran, which is three and a half hours ahead of UTC all year.
fn today() -> Option<Date> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let days = (since.as_secs() + 12_600) / 86_400;
    Date::from_gregorian(1970, 1, 1)?.add_days(i64::try_from(days).ok()?)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ClassArg {
    Decision,
    Directive,
    Plan,
    Request,
}

impl From<ClassArg> for SentenceClass {
    fn from(class: ClassArg) -> Self {
        match class {
            ClassArg::Decision => Self::Decision,
            ClassArg::Directive => Self::Directive,
            ClassArg::Plan => Self::Plan,
            ClassArg::Request => Self::Request,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SortArg {
    /// As read
    Document,
    /// Day due, the earliest first
    Due,
    /// Day of the document
    Date,
    /// First assignee
    Assignee,
    /// Class, decisions first
    Class,
    /// Score, the highest first
    Score,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum GroupArg {
    /// Who must do it
    Assignee,
    /// Who asked for it
    Issuer,
    /// Class
    Class,
    /// Document
    Document,
    /// Jalali month of the day due
    Month,
}

/// Forms of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// A table for the terminal
    Table,
    /// Comma-separated values with all columns
    Csv,
    /// A JSON array
    Json,
    /// A Markdown table
    Md,
}

/// Runs the subcommand.
pub fn run(args: Args) -> Result<Outcome> {
    let filter = args.filter.filter();
    let mut items: Vec<Item> = Vec::new();
    let tally = run::annotate_or_read(&args.source, &args.stages, args.input_format, |record| {
        items.extend(worklist::items(&record, args.all).into_iter().filter(|i| filter.admits(i)));
        Ok(())
    })?;
    worklist::sort(
        &mut items,
        match args.sort {
            SortArg::Document => SortBy::Document,
            SortArg::Due => SortBy::Due,
            SortArg::Date => SortBy::Date,
            SortArg::Assignee => SortBy::Assignee,
            SortArg::Class => SortBy::Class,
            SortArg::Score => SortBy::Score,
        },
    );
    let groups = match args.group_by {
        None => vec![(None, items)],
        Some(by) => worklist::grouped(items, by.into()).into_iter().map(|(n, i)| (Some(n), i)).collect(),
    };
    print(&args, &groups)?;
    tally.outcome()
}

impl From<GroupArg> for GroupBy {
    fn from(by: GroupArg) -> Self {
        match by {
            GroupArg::Assignee => Self::Assignee,
            GroupArg::Issuer => Self::Issuer,
            GroupArg::Class => Self::Class,
            GroupArg::Document => Self::Document,
            GroupArg::Month => Self::Month,
        }
    }
}

fn print(args: &Args, groups: &[(Option<String>, Vec<Item>)]) -> Result<()> {
    let as_of = args.filter.as_of();
    let rows = |(name, items): &(Option<String>, Vec<Item>)| {
        let mut rows = table::rows(items, as_of);
        rows.iter_mut().for_each(|row| row.group.clone_from(name));
        rows
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.format {
        TableFormat::Csv => table::csv(&mut out, &groups.iter().flat_map(rows).collect::<Vec<_>>())?,
        TableFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &groups.iter().flat_map(rows).collect::<Vec<_>>())?;
            writeln!(out)?;
        }
        TableFormat::Table => {
            let terminal = io::stdout().is_terminal();
            let width = if terminal { console::Term::stdout().size().1 } else { 140 };
            for group in groups {
                if let Some(name) = &group.0 {
                    writeln!(out, "{name} ({})", group.1.len())?;
                }
                writeln!(out, "{}", table::terminal(&rows(group), width, terminal))?;
            }
        }
        TableFormat::Md => {
            for (i, group) in groups.iter().enumerate() {
                if let Some(name) = &group.0 {
                    let gap = if i == 0 { "" } else { "\n" };
                    writeln!(out, "{gap}## {name} ({})\n", group.1.len())?;
                }
                table::markdown(&mut out, &rows(group))?;
            }
        }
    }
    out.flush()?;
    Ok(())
}
