//! Processes of this machine, as they are now.

use std::process::Command;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};

use crate::Failure;

#[derive(Debug, Clone, Copy)]
struct Process {
    id: i32,
    parent: i32,
    /// It has ended, and nobody has asked yet how.
    ended: bool,
}

/// The processes that this one has started and that have not ended.
pub(crate) fn children(parent: i32) -> Result<Vec<i32>, Failure> {
    let all = all()?.into_iter();
    let children = all.filter(|process| process.parent == parent && !process.ended);
    Ok(children.map(|process| process.id).collect())
}

/// Whether none of these runs any more.
pub(crate) fn are_gone(ids: &[i32]) -> Result<bool, Failure> {
    let mut all = all()?.into_iter();
    Ok(!all.any(|process| ids.contains(&process.id) && !process.ended))
}

pub(crate) fn signal(id: i32, signal: Signal) -> Result<(), Failure> {
    let id = Pid::from_raw(id).ok_or("0 is no process")?;
    Ok(kill_process(id, signal)?)
}

/// Stops a child of ours, and returns once it has stopped or ended.
pub(crate) fn freeze(id: i32) -> Result<(), Failure> {
    signal(id, Signal::STOP)?;
    let id = Pid::from_raw(id).ok_or("0 is no process")?;
    // Leaves the news in place for whoever waits for its end.
    let news = WaitIdOptions::STOPPED | WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    waitid(WaitId::Pid(id), news)?;
    Ok(())
}

/// Where there is no `/proc`, `ps` knows the same.
fn all() -> Result<Vec<Process>, Failure> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        let listed = Command::new("ps")
            .args(["-A", "-o", "pid=,ppid=,stat="])
            .output()?;
        let text = String::from_utf8(listed.stdout)?;
        return Ok(text.lines().filter_map(of_ps).collect());
    };
    let files = entries.flatten().map(|entry| entry.path().join("stat"));
    // One that ends while we look is as good as not there.
    let texts = files.filter_map(|file| std::fs::read_to_string(file).ok());
    Ok(texts.filter_map(|text| of_proc(&text)).collect())
}

/// `42 (the name) S 41 ..`, and the name may hold anything.
fn of_proc(text: &str) -> Option<Process> {
    let (id, rest) = text.split_once(' ')?;
    let (_, rest) = rest.rsplit_once(')')?;
    let mut words = rest.split_whitespace();
    let state = words.next()?;
    Some(Process {
        id: id.parse().ok()?,
        parent: words.next()?.parse().ok()?,
        ended: is_ended(state),
    })
}

fn of_ps(line: &str) -> Option<Process> {
    let mut words = line.split_whitespace();
    Some(Process {
        id: words.next()?.parse().ok()?,
        parent: words.next()?.parse().ok()?,
        ended: is_ended(words.next()?),
    })
}

fn is_ended(state: &str) -> bool {
    state.starts_with(['Z', 'X'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_look_like_the_rest() {
        let process = of_proc("42 (a) S 7 (b) Z 41 42 0").unwrap();
        assert_eq!((process.id, process.parent, process.ended), (42, 41, true));
    }

    #[test]
    fn a_child_is_listed_until_it_has_ended() {
        let mut child = Command::new("cat")
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let id = i32::try_from(child.id()).unwrap();
        let us = i32::try_from(std::process::id()).unwrap();
        assert!(children(us).unwrap().contains(&id));
        assert!(!are_gone(&[id]).unwrap());
        signal(id, Signal::KILL).unwrap();
        child.wait().unwrap();
        assert!(are_gone(&[id]).unwrap());
    }
}
