//! How the program is used.

/// What `--help` prints.
pub const HELP: &str = "\
A loyalty scheme: points raise levels, and three partners are told of each.

Usage:
  loyalty demo                          four members, a night and three days, in one go
  loyalty join MEMBER NAME              a member joins
  loyalty earn MEMBER POINTS REASON     points come in
  loyalty nightly --cut-off DAY         raise the levels by what was earned before DAY
  loyalty answer PARTNER UPGRADE        payment, logistics or support answers: answer payment M-001:gold
  loyalty sagas [STATUS]                where the upgrades stand: all, or those that are
                                        running, waiting, completed, stuck ..
  loyalty audit MEMBER                  who did what, and why, as a tree
  loyalty skipped                       who has skipped a level

Options:
  --store ADDRESS  sqlite:FILE, memory:, or postgres://USER@HOST/DATABASE
                   (default: sqlite:loyalty.db, in the current directory)
  --cut-off DAY    such as 2026-11-01
  --now TIME       take this for the time, such as 2026-11-04T02:00:00Z, to try out deadlines
  -h, --help       show this

Running a night, an answer or the demonstration twice is safe: nothing is done twice.
";
