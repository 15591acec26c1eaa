use super::*;

fn parse(words: &[&str]) -> Result<Args, String> {
    Args::parse(words.iter().map(OsString::from)).map_err(|error| error.to_string())
}

#[test]
fn options_stand_where_they_like() {
    let cut_off = "2026-11-01".parse().unwrap();
    for words in [
        &["nightly", "--cut-off", "2026-11-01", "--store", "memory:"],
        &["--store", "memory:", "--cut-off", "2026-11-01", "nightly"],
    ] {
        let args = parse(words).unwrap();
        assert_eq!(args.task, Task::Nightly { cut_off });
        assert_eq!((args.store.as_str(), args.now), ("memory:", None));
    }
    assert_eq!(parse(&["demo"]).unwrap().store, "sqlite:loyalty.db");
    assert_eq!(parse(&["answer", "--help"]).unwrap().task, Task::Help);
}

#[test]
fn a_status_is_one_of_sagas() {
    let status = Some(SagaStatus::Stuck);
    assert_eq!(
        parse(&["sagas", "stuck"]).unwrap().task,
        Task::Sagas { status }
    );
    assert_eq!(
        parse(&["sagas", "stuk"]).unwrap_err(),
        "`stuk` is no status: known are running, waiting, compensating, completed, compensated, stuck"
    );
}

#[test]
fn what_is_not_understood_is_named_with_what_would_be() {
    let error = |words: &str| {
        let words: Vec<_> = words.split(' ').collect();
        parse(&words).unwrap_err()
    };
    assert_eq!(error("sattle"), "`sattle` is not understood here");
    assert_eq!(
        error("audit"),
        "`audit` is used like this: loyalty audit M-001"
    );
    assert_eq!(
        error("nightly"),
        "`nightly` needs a day: loyalty nightly --cut-off 2026-11-01"
    );
    assert_eq!(
        error("nightly --cut-off today"),
        "`today` is no day such as `2026-11-01`"
    );
    assert_eq!(
        error("answer post M-001:gold"),
        "`post` is no partner: say `payment`, `logistics` or `support`"
    );
    assert_eq!(error("earn M-001 -5 order"), "invalid option '-5'");
    assert_eq!(
        error("earn M-001 many order"),
        "`many` is no number of points such as `250`"
    );
    assert_eq!(
        error("skipped --cut-off 2026-11-01"),
        "`--cut-off` is for `nightly`"
    );
    assert_eq!(
        error("sagas --now noon"),
        "not a time such as `2026-05-01T12:00:00Z`"
    );
}
