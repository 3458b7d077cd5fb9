//! The programs of the guides print what the guides say.
//!
//! A block of `ts` that a block of `text` follows is a program and what it prints; so is a block of `sh`, whose lines
//! call `krepis`. A block under a line that is nothing but a name in code is that file, for what comes after it.

use crate::support::{Folder, Output, TIMEOUT, finish, krepis};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/plugins/main.ts");

const GUIDES: &[(&str, &str)] = &[
    ("context.md", include_str!("../../docs/context.md")),
    ("di.md", include_str!("../../docs/di.md")),
    ("modules.md", include_str!("../../docs/modules.md")),
    ("mycelia.md", include_str!("../../docs/mycelia.md")),
    ("text.md", include_str!("../../docs/text.md")),
];

#[test]
fn programs_of_the_guides_print_what_is_said() {
    for (guide, text) in GUIDES {
        let folder = Folder::new();
        let place = folder.path("").to_string_lossy().into_owned();
        let mut programs = 0;
        let blocks = blocks(text);
        for (at, block) in blocks.iter().enumerate() {
            let expected = blocks.get(at + 1).filter(|next| next.language == "text" && next.file.is_none());
            let found = match (block.language, block.file, expected) {
                (_, Some(file), _) => {
                    folder.write(file, block.text);
                    continue;
                }
                ("ts", None, Some(_)) => run(&folder, block.text),
                ("sh", None, Some(_)) => call(&folder, block.text),
                _ => continue,
            };
            programs += 1;
            let found = found.replace("FILE.ts", "FILE").replace(&place, "/app/");
            assert_eq!(Some(&*found), expected.map(|block| block.text), "program {programs} of {guide}");
        }
        assert!(programs > 0, "{guide} has no programs");
    }
}

#[test]
fn the_example_loads_plugins_and_loads_them_again() {
    let expected = "\
! broken.cjs: Cannot find module './lib/capitol.cjs'; did you mean \"./lib/capital.cjs\"?
reverse.lua: import one of way the
title.cjs: The Way Of One Import
! broken.cjs: Cannot find module './lib/capitol.cjs'; did you mean \"./lib/capital.cjs\"?
again: [ 'broken.cjs', 'title.cjs' ] true
ready: 1 true
loaded by require: 4
";
    let found = finish(krepis().arg(EXAMPLE), b"", TIMEOUT);
    assert_eq!((&*found.stdout, &*found.stderr, found.code), (expected, "", Some(0)));
}

/// What a program prints. It says nothing on standard error.
fn run(folder: &Folder, program: &str) -> String {
    let file = folder.write("FILE.ts", program);
    let Output { stdout, stderr, .. } = finish(krepis().arg(file), b"", TIMEOUT);
    assert_eq!(stderr, "", "standard error of\n{program}");
    stdout
}

/// What the lines of a shell print, on either stream: `krepis` and words.
fn call(folder: &Folder, lines: &str) -> String {
    let mut printed = String::new();
    for line in lines.lines() {
        let words = line.split_whitespace().skip_while(|&word| word == "krepis");
        let Output { stdout, stderr, .. } =
            finish(krepis().args(words).current_dir(folder.path("")), b"", TIMEOUT);
        printed.extend([stdout, stderr]);
    }
    printed
}

/// A fenced block.
struct Block<'a> {
    language: &'a str,
    file: Option<&'a str>,
    text: &'a str,
}

fn blocks(guide: &str) -> Vec<Block<'_>> {
    let parts: Vec<&str> = guide.split("```").collect();
    let fenced = parts.chunks_exact(2).filter_map(|part| {
        let (language, text) = part[1].split_once('\n')?;
        let above = part[0].trim_end().lines().next_back().unwrap_or_default();
        let file = above.strip_prefix('`').and_then(|name| name.strip_suffix('`'));
        Some(Block { language, file: file.filter(|name| !name.contains('`')), text })
    });
    fenced.collect()
}
