//! The project on disk, and the sources in it.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// So many packages, and as many files beside the one that asks.
const PACKAGES: usize = 500;

/// So many specifiers does [`Tree::specifiers`] have for a whole tree.
pub const SPECIFIERS: usize = 3 * PACKAGES;

/// A project, deleted when it is dropped: who asks for its files holds it.
pub(crate) struct Tree {
    /// Without links.
    pub(crate) root: PathBuf,
    /// The file that asks.
    pub(crate) main: PathBuf,
    _folder: TempDir,
}

/// What is asked for, and the file that is the answer.
pub(crate) type Asked = Vec<(String, PathBuf)>;

impl Tree {
    /// A file that asks, and what it asks for.
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().expect("the system has a folder for such files");
        let root = folder.path().canonicalize().expect("it was made");
        let tree = Self { main: root.join("src/app/main.js"), root, _folder: folder };
        tree.write("package.json", r#"{"name":"app","type":"module"}"#);
        tree.write("src/app/main.js", "");
        tree
    }

    /// One with all packages and files.
    pub(crate) fn whole() -> Self {
        let tree = Self::new();
        for at in 0..PACKAGES {
            tree.write(&format!("src/app/m{at}.js"), "");
            // Half of them say what they export, half are of the older kind.
            let manifest = match at % 2 {
                0 => {
                    r#"{"name":"p","exports":{".":{"import":"./lib/i.js","require":"./r.js"},"./sub/*":"./sub/*.js"}}"#
                }
                _ => r#"{"name":"p","main":"./lib/i.js"}"#,
            };
            tree.write(&format!("node_modules/p{at}/package.json"), manifest);
            tree.write(&format!("node_modules/p{at}/lib/i.js"), "");
            tree.write(&format!("node_modules/p{at}/sub/x.js"), "");
        }
        tree
    }

    /// The files beside the one that asks.
    pub(crate) fn files(&self) -> Asked {
        (0..PACKAGES).map(|at| (format!("./m{at}.js"), self.root.join(format!("src/app/m{at}.js")))).collect()
    }

    /// Those, and every package by its name and by a path within.
    pub(crate) fn specifiers(&self) -> Asked {
        let packages = (0..PACKAGES).flat_map(|at| {
            let folder = self.root.join(format!("node_modules/p{at}"));
            let within = if at % 2 == 0 { format!("p{at}/sub/x") } else { format!("p{at}/sub/x.js") };
            [(format!("p{at}"), folder.join("lib/i.js")), (within, folder.join("sub/x.js"))]
        });
        self.files().into_iter().chain(packages).collect()
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> PathBuf {
        let file = self.root.join(path);
        fs::create_dir_all(file.parent().unwrap_or(Path::new("/"))).expect("the folder is ours");
        fs::write(&file, text).expect("the folder is ours");
        file
    }
}

/// About 10 KB of JavaScript, or of TypeScript.
pub(crate) fn source(typescript: bool) -> String {
    let mut text = String::new();
    for at in 0..14 {
        let of = |types| if typescript { types } else { "" };
        let [string, number, numbers] = [of(": string"), of(": number"), of(": number[]")];
        if typescript {
            let _ = writeln!(
                text,
                "export interface Options{at} {{ name: string; limit?: number; tags: readonly string[] }}"
            );
        }
        let _ = write!(
            text,
            "export class Store{at} {{\n  #items{numbers} = [];\n  constructor(name{string}, limit{number} = {at}) {{\n    \
             this.name = name;\n    this.limit = limit;\n  }}\n  name{string};\n  limit{number};\n  \
             add(item{number}){number} {{\n    if (this.#items.length >= this.limit) this.#items.shift();\n    \
             return this.#items.push(item);\n  }}\n  describe(prefix{string} = \"store\"){string} {{\n    \
             return `${{prefix}} ${{this.name}}: ${{this.#items.map((item) => item.toFixed(2)).join(\", \")}}`;\n  }}\n}}\n\
             export async function load{at}(store{store}, source{source}){none} {{\n  \
             for await (const item of source) {{\n    if (item !== undefined) store.add(item);\n  }}\n}}\n",
            store = if typescript { format!(": Store{at}") } else { String::new() },
            source = of(": AsyncIterable<number>"),
            none = of(": Promise<void>"),
        );
    }
    text
}
