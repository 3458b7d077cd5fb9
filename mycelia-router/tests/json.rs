//! The plan as JSON is what `docs/mycelia-layout.md` shows.

use mycelia_router::Router;

#[test]
fn the_plan_is_the_one_of_the_page() {
    let mut router = Router::new();
    for pattern in ["/", "/users/{id:int}", "/users/*/v{major}.{minor}"] {
        router.insert(pattern, ()).expect("they go together");
    }
    let page = include_str!("../../docs/mycelia-layout.md");
    let example = page
        .split("```json\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("the page has an example");
    let example: serde_json::Value = serde_json::from_str(example).expect("the example is JSON");
    assert_eq!(serde_json::to_value(router.plan()).expect("the plan is data"), example);
}
