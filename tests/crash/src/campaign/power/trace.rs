//! What `strace -f -y -xx` says.

/// What a process did to a file, or said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Write {
        path: String,
        offset: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        path: String,
        length: usize,
    },
    Remove(String),
    /// A thread has asked that the file be kept as it is now.
    Syncing {
        thread: String,
        path: String,
    },
    /// And has got the answer that it is.
    Synced {
        thread: String,
    },
    /// On its standard output.
    Said(String),
}

/// What is traced; nothing else changes a file.
pub(super) const CALLS: &str = "trace=pwrite64,write,ftruncate,unlink,fsync,fdatasync";

/// What a line of the trace says, if it matters.
pub(super) fn steps(line: &str) -> Vec<Step> {
    let Some((thread, call)) = line.split_once(char::is_whitespace) else {
        return Vec::new();
    };
    let (thread, call) = (thread.to_owned(), call.trim_start());
    if call.starts_with("<... fsync resumed>") || call.starts_with("<... fdatasync resumed>") {
        let synced = call.ends_with("= 0").then_some(Step::Synced { thread });
        return synced.into_iter().collect();
    }
    let Some((name, arguments)) = call.split_once('(') else {
        return Vec::new();
    };
    match name {
        "pwrite64" => write(arguments).into_iter().collect(),
        "write" if arguments.starts_with("1<") => said(arguments).into_iter().collect(),
        "ftruncate" => truncate(arguments).into_iter().collect(),
        "unlink" => quoted(arguments)
            .map(|path| Step::Remove(text(path)))
            .into_iter()
            .collect(),
        "fsync" | "fdatasync" => {
            let syncing = path(arguments).map(|path| Step::Syncing {
                thread: thread.clone(),
                path,
            });
            // Without an answer of its own line it was answered at once.
            let synced = call.ends_with("= 0").then_some(Step::Synced { thread });
            syncing.into_iter().chain(synced).collect()
        }
        _ => Vec::new(),
    }
}

fn write(arguments: &str) -> Option<Step> {
    let (path, bytes) = (path(arguments)?, bytes(quoted(arguments)?));
    // Behind the bytes: how many, and where to.
    let offset = arguments.rsplit('"').next()?.split(',').nth(2)?;
    let offset = leading_number(offset)?;
    Some(Step::Write {
        path,
        offset,
        bytes,
    })
}

fn truncate(arguments: &str) -> Option<Step> {
    let length = leading_number(arguments.split(", ").nth(1)?)?;
    let path = path(arguments)?;
    Some(Step::Truncate { path, length })
}

fn said(arguments: &str) -> Option<Step> {
    Some(Step::Said(text(quoted(arguments)?)))
}

/// The path of a file descriptor: `7<\x2f\x61>`.
fn path(arguments: &str) -> Option<String> {
    let (_, path) = arguments.split_once('<')?;
    Some(text(path.split_once('>')?.0))
}

fn quoted(arguments: &str) -> Option<&str> {
    let (_, rest) = arguments.split_once('"')?;
    Some(rest.split_once('"')?.0)
}

fn leading_number(text: &str) -> Option<usize> {
    let text = text.trim_start();
    let end = text.find(|char: char| !char.is_ascii_digit());
    text.get(..end.unwrap_or(text.len()))?.parse().ok()
}

fn bytes(escaped: &str) -> Vec<u8> {
    let bytes = escaped.split("\\x").skip(1);
    bytes
        .filter_map(|byte| u8::from_str_radix(byte, 16).ok())
        .collect()
}

fn text(escaped: &str) -> String {
    String::from_utf8_lossy(&bytes(escaped)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_traced_is_read() {
        let path = || "/a".to_owned();
        let thread = || "7".to_owned();
        let write = Step::Write {
            path: path(),
            offset: 512,
            bytes: vec![0, 255],
        };
        let (syncing, synced) = (
            Step::Syncing {
                thread: thread(),
                path: path(),
            },
            Step::Synced { thread: thread() },
        );
        let lines = [
            (
                r#"7  pwrite64(3<\x2f\x61>, "\x00\xff", 2, 512) = 2"#,
                vec![write.clone()],
            ),
            (
                r#"7  pwrite64(3<\x2f\x61>, "\x00\xff", 2, 512 <unfinished ...>"#,
                vec![write],
            ),
            ("7  <... pwrite64 resumed>) = 2", vec![]),
            (
                r"7 fsync(3<\x2f\x61>) = 0",
                vec![syncing.clone(), synced.clone()],
            ),
            (r"7 fsync(3<\x2f\x61> <unfinished ...>", vec![syncing]),
            ("7 <... fsync resumed>)   = 0", vec![synced]),
            (
                r"7 ftruncate(3<\x2f\x61>, 40) = 0",
                vec![Step::Truncate {
                    path: path(),
                    length: 40,
                }],
            ),
            (r#"7 unlink("\x2f\x61") = 0"#, vec![Step::Remove(path())]),
            (
                r#"7 write(1<\x70>, "\x75\x70\x0a", 3) = 3"#,
                vec![Step::Said("up\n".to_owned())],
            ),
            (r#"7 write(9<\x70>, "\x75\x70\x0a", 3) = 3"#, vec![]),
            ("7 +++ exited with 0 +++", vec![]),
        ];
        for (line, expected) in lines {
            assert_eq!(steps(line), expected, "{line}");
        }
    }
}
