//! `krepis:di` under V8 flags that a case cannot have.

use crate::support::run;

#[test]
fn hot_services_get_code_of_their_own_where_programs_may_not_make_any() {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/di/lib/no_code_generation.js");
    let output = run(["--v8-flags=--disallow-code-generation-from-strings", program]);
    assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("EvalError\nEvalError\n1000\n", ""));
}
