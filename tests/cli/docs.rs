//! The programs of the guides print what the guides say.

use crate::support::{Folder, TIMEOUT, finish, krepis};

const GUIDES: &[(&str, &str)] = &[
    ("context.md", include_str!("../../docs/context.md")),
    ("di.md", include_str!("../../docs/di.md")),
    ("mycelia.md", include_str!("../../docs/mycelia.md")),
];

#[test]
fn programs_of_the_guides_print_what_is_said() {
    let folder = Folder::new();
    for (guide, text) in GUIDES {
        let programs = programs(text);
        assert!(!programs.is_empty(), "{guide} has no programs");
        for (number, (program, expected)) in programs.iter().enumerate() {
            let file = folder.write("FILE.ts", program);
            let output = finish(krepis().arg(file), b"", TIMEOUT);
            let found = (output.stdout.replace("FILE.ts", "FILE"), output.stderr);
            assert_eq!(found, ((*expected).to_owned(), String::new()), "program {} of {guide}", number + 1);
        }
    }
}

/// Each TypeScript block that a block of text follows, and that text.
fn programs(guide: &str) -> Vec<(&str, &str)> {
    let after_each = guide.split("```ts\n").skip(1);
    let pairs = after_each.filter_map(|rest| {
        let (program, rest) = rest.split_once("```\n")?;
        let (expected, _) = rest.trim_start().strip_prefix("```text\n")?.split_once("```")?;
        Some((program, expected))
    });
    pairs.collect()
}
