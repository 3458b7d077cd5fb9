//! Unicode's own test files, which lie in the packages of ICU4X that are dev-dependencies.

use std::path::Path;
use std::process::Command;

/// The text of `file`, a path inside the dev-dependency `package`.
pub(crate) fn test_file(package: &str, file: &str) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let run = |command: &mut Command| {
        let output = command.output().expect("cargo can be run");
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("cargo prints UTF-8")
    };
    // Packages for other platforms need not be there.
    let version = run(Command::new(&cargo).arg("-vV"));
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("cargo names its host");
    let metadata = run(Command::new(&cargo)
        .args([
            "metadata",
            "--offline",
            "--format-version",
            "1",
            "--filter-platform",
            host,
            "--manifest-path",
        ])
        .arg(manifest));
    let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("cargo prints JSON");
    let folder = folder_of(package, &metadata).unwrap_or_else(|| panic!("{package} is no dependency"));
    let path = folder.join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Of the version that this package depends on: there may be others in the graph.
fn folder_of<'a>(package: &str, metadata: &'a serde_json::Value) -> Option<&'a Path> {
    let packages = metadata["packages"].as_array()?;
    let with_id = |id: &str| packages.iter().find(|package| package["id"] == id);
    let nodes = metadata["resolve"]["nodes"].as_array()?;
    let own = nodes.iter().find(|node| {
        with_id(node["id"].as_str().unwrap_or_default())
            .is_some_and(|it| it["name"] == env!("CARGO_PKG_NAME"))
    })?;
    let dependencies = own["dependencies"].as_array()?.iter();
    let found = dependencies.filter_map(|id| with_id(id.as_str()?)).find(|it| it["name"] == package)?;
    Path::new(found["manifest_path"].as_str()?).parent()
}
