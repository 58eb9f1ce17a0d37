//! Records that older versions wrote must stay readable: the fixtures here are never rewritten.

use dabir::record::{Record, SCHEMA};

#[test]
fn records_of_0_1_stay_readable() -> Result<(), Box<dyn std::error::Error>> {
    let record: Record = serde_json::from_str(include_str!("fixtures/record-0.1.json"))?;
    assert_eq!(record.schema, SCHEMA);
    let task = &record.tasks[0];
    assert_eq!(task.assignees[0].text, "شهرداری");
    assert_eq!(task.deadline.as_ref().and_then(|d| d.due.as_deref()), Some("2023-06-21"));
    assert_eq!(record.meta.other["place"], "سالن شورا");
    // What was read is written again without loss.
    let again: Record = serde_json::from_str(&serde_json::to_string(&record)?)?;
    assert_eq!(again, record);
    Ok(())
}

#[test]
fn fields_that_came_later_may_be_missing() -> Result<(), Box<dyn std::error::Error>> {
    let record: Record =
        serde_json::from_str(r#"{"schema":"dabir/1","id":"a","format":"text","text":"متن"}"#)?;
    assert!(record.tasks.is_empty() && record.mentions.is_empty());
    let record: Record = serde_json::from_str(
        r#"{"schema":"dabir/1","id":"a","format":"text","text":"متن",
            "officials":[{"id":"p1","name":"الف","role":null,"organization":null}],
            "organizations":[{"id":"o1","name":"ب"}]}"#,
    )?;
    assert!(record.officials[0].since.is_none() && record.officials[0].until.is_none());
    assert!(record.organizations[0].part_of.is_none());
    Ok(())
}
