//! Services of an embedding program: the example, which `cargo test` builds beside the tests.

use std::path::Path;
use std::process::Command;

#[test]
fn programs_resolve_services_of_the_program_that_embeds_them() {
    let folder = Path::new(env!("CARGO_BIN_EXE_krepis")).parent().expect("because it lies in a folder");
    let example = folder.join("examples/services");
    let output = Command::new(&example).output().unwrap_or_else(|error| {
        panic!("{}: {error}; `cargo build --examples` makes it", example.display());
    });
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
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
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}
