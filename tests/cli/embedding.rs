//! Programs that embed the runtime: the examples, which `cargo test` builds beside the tests.

use std::path::Path;
use std::process::Command;

fn run_example(name: &str) -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_krepis")).parent().expect("because it lies in a folder");
    let example = folder.join("examples").join(name);
    let output = Command::new(&example).output().unwrap_or_else(|error| {
        panic!("{}: {error}; `cargo build --examples` makes it", example.display());
    });
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn isolates_and_rust_share_contexts() {
    let expected = "\
tenant.id = acme
worker.a = works for acme
worker.a.ended = The context was cancelled: shutdown
worker.b = works for acme
worker.b.ended = The context was cancelled: shutdown
0 in use
";
    assert_eq!(run_example("contexts"), expected);
}

#[test]
fn programs_resolve_services_of_the_program_that_embeds_them() {
    let expected = "\
session 1 of 1
session 2 of 2
hello Ada, in session 1
true
the number is 2
a draft true
select o-6 for nobody, without a timeout
select o-7 for acme, with a timeout
select o-8 for acme, with a timeout
Error: nobody is greeted zero times
TypeError: session.greet(): argument 1: expected a string, found 7
1 ended
Error: the scope of this native service is disposed
2 ended
Error: the scope of this native service is disposed
ServiceError: session is scoped: get it from a scope (container.createScope())
ServiceError: native(): no native service \"mailer\": there are metrics, database, draft, session
ServiceError: 1 problem in the services
";
    assert_eq!(run_example("services"), expected);
}

#[test]
fn isolates_and_rust_share_a_kernel() {
    let expected = "\
{\"customer\":\"ada\",\"total\":24,\"prices\":[{\"item\":\"tea\",\"amount\":9,\"currency\":\"EUR\"},{\"item\":\"sugar\",\"amount\":15,\"currency\":\"EUR\"}]}
RangeError: nothing for bob
the isolate ended with 0
";
    assert_eq!(run_example("kernel"), expected);
}

#[test]
fn programs_import_modules_of_rust_and_lua() {
    let expected = include_str!("../modules_example.out");
    // Where the frames of a stack lie depends on the folder of the checkout.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    assert_eq!(run_example("modules").replace(folder, ""), expected);
}
