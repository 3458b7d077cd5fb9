//! A pool against a plain model: maps on a stack of parents.
#![allow(clippy::unwrap_used)] // Also in helpers.

use std::collections::BTreeMap;

use krepis_context::{Context, ContextId, ContextPool, CreateError, Options, SetError, Value};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Operation {
    Create,
    Child(usize),
    Clone(usize),
    Drop(usize),
    Set(usize, u8, Field),
    Delete(usize, u8),
    Cancel(usize),
}

#[derive(Clone, Debug, PartialEq)]
enum Field {
    Text(String),
    Bytes(Vec<u8>),
    Whole(i64),
    Float(f64),
    Bool(bool),
}

impl Field {
    fn value(&self) -> Value<'_> {
        match self {
            Field::Text(text) => text.as_str().into(),
            Field::Bytes(bytes) => bytes.as_slice().into(),
            Field::Whole(number) => (*number).into(),
            Field::Float(number) => (*number).into(),
            Field::Bool(yes) => (*yes).into(),
        }
    }
}

fn field() -> impl Strategy<Value = Field> {
    prop_oneof![
        "[a-z\u{e9}]{0,40}".prop_map(Field::Text),
        prop::collection::vec(any::<u8>(), 0..300).prop_map(Field::Bytes),
        any::<i64>().prop_map(Field::Whole),
        (-1e9..1e9).prop_map(Field::Float),
        any::<bool>().prop_map(Field::Bool),
    ]
}

fn operation() -> impl Strategy<Value = Operation> {
    let handle = 0..8_usize;
    prop_oneof![
        2 => Just(Operation::Create),
        2 => handle.clone().prop_map(Operation::Child),
        1 => handle.clone().prop_map(Operation::Clone),
        2 => handle.clone().prop_map(Operation::Drop),
        8 => (handle.clone(), 0..12_u8, field()).prop_map(|(handle, key, field)| Operation::Set(handle, key, field)),
        3 => (handle.clone(), 0..12_u8).prop_map(|(handle, key)| Operation::Delete(handle, key)),
        1 => handle.prop_map(Operation::Cancel),
    ]
}

/// Some well-known, some not, some with the same hash.
fn key(number: u8) -> String {
    match number {
        0 => "tenant.id".into(),
        1 => "baggage".into(),
        2 => String::new(),
        number if number < 6 => format!("same{number}same"),
        number => format!("k{number}"),
    }
}

/// A context of the model. `None` is a deleted key.
#[derive(Default)]
struct Node {
    fields: BTreeMap<String, Option<Field>>,
    parent: Option<usize>,
    cancelled: bool,
    handles: usize,
    children: usize,
    id: Option<ContextId>,
}

#[derive(Default)]
struct Model {
    nodes: Vec<Node>,
}

impl Model {
    fn chain(&self, node: usize) -> impl Iterator<Item = &Node> {
        std::iter::successors(Some(node), |node| self.nodes[*node].parent).map(|node| &self.nodes[node])
    }

    fn get(&self, node: usize, key: &str) -> Option<&Field> {
        self.chain(node).find_map(|node| node.fields.get(key))?.as_ref()
    }

    fn all(&self, node: usize) -> BTreeMap<String, Field> {
        let keys = self.chain(node).flat_map(|node| node.fields.keys());
        keys.filter_map(|key| Some((key.clone(), self.get(node, key)?.clone()))).collect()
    }

    fn alive(&self) -> usize {
        self.nodes.iter().filter(|node| node.handles + node.children > 0).count()
    }

    fn release(&mut self, mut node: usize) {
        self.nodes[node].handles -= 1;
        while self.nodes[node].handles + self.nodes[node].children == 0 {
            let Some(parent) = self.nodes[node].parent else { return };
            self.nodes[parent].children -= 1;
            node = parent;
        }
    }
}

fn run(operations: Vec<Operation>) {
    let options =
        Options { contexts: 6, slot_size: 512, pages: 6, page_size: 1024, pages_per_context: 3, batch: 2 };
    let pool = ContextPool::new(&options).unwrap();
    let mut model = Model::default();
    let mut handles: Vec<(Context, usize)> = Vec::new();
    for operation in operations {
        let place = |handle: usize, handles: &[(Context, usize)]| {
            (!handles.is_empty()).then(|| handle % handles.len())
        };
        match operation {
            Operation::Create => match pool.create() {
                Ok(context) => {
                    model.nodes.push(Node { handles: 1, id: Some(context.id()), ..Node::default() });
                    handles.push((context, model.nodes.len() - 1));
                }
                Err(error) => {
                    assert_eq!((error, model.alive()), (CreateError::Exhausted { capacity: 6 }, 6));
                }
            },
            Operation::Child(handle) => {
                let Some(at) = place(handle, &handles) else { continue };
                let (context, parent) = (&handles[at].0, handles[at].1);
                match context.child() {
                    Ok(child) => {
                        model.nodes[parent].children += 1;
                        let (id, parent) = (Some(child.id()), Some(parent));
                        model.nodes.push(Node { handles: 1, parent, id, ..Node::default() });
                        handles.push((child, model.nodes.len() - 1));
                    }
                    Err(_) => assert_eq!(model.alive(), 6),
                }
            }
            Operation::Clone(handle) => {
                let Some(at) = place(handle, &handles) else { continue };
                let (context, node) = (handles[at].0.clone(), handles[at].1);
                model.nodes[node].handles += 1;
                handles.push((context, node));
            }
            Operation::Drop(handle) => {
                let Some(at) = place(handle, &handles) else { continue };
                let (context, node) = handles.swap_remove(at);
                drop(context);
                model.release(node);
            }
            Operation::Set(handle, number, field) => {
                let Some(at) = place(handle, &handles) else { continue };
                match handles[at].0.set(key(number).as_str(), field.value()) {
                    Ok(()) => {
                        model.nodes[handles[at].1].fields.insert(key(number), Some(field));
                    }
                    Err(error) => {
                        assert!(matches!(error, SetError::Full { .. } | SetError::NoPage { .. }), "{error}");
                    }
                }
            }
            Operation::Delete(handle, number) => {
                let Some(at) = place(handle, &handles) else { continue };
                let (context, node) = &handles[at];
                let was_there = model.get(*node, &key(number)).is_some();
                match context.delete(key(number).as_str()) {
                    Ok(deleted) => {
                        assert_eq!(deleted, was_there);
                        if deleted {
                            model.nodes[*node].fields.insert(key(number), None);
                        }
                    }
                    Err(error) => assert!(was_there, "{error}"),
                }
            }
            Operation::Cancel(handle) => {
                let Some(at) = place(handle, &handles) else { continue };
                let (context, node) = &handles[at];
                let before = model.chain(*node).any(|node| node.cancelled);
                assert_eq!(context.cancel(krepis_context::Cause::Failed), !before);
                model.nodes[*node].cancelled |= !before;
            }
        }
        check(&pool, &model, &handles);
    }
    drop(handles);
    let statistics = pool.statistics();
    assert_eq!((statistics.in_use, statistics.pages_in_use), (0, 0));
}

fn check(pool: &ContextPool, model: &Model, handles: &[(Context, usize)]) {
    for (context, node) in handles {
        let found: Vec<_> = context.entries().map(|(key, value)| (key.as_str().to_owned(), value)).collect();
        let expected = model.all(*node);
        assert_eq!(found.len(), expected.len());
        for (key, value) in found {
            assert_eq!(Some(value), expected.get(&key).map(Field::value), "{key}");
            assert_eq!(context.get(key.as_str()), Some(value));
        }
        assert_eq!(context.is_done(), model.chain(*node).any(|node| node.cancelled));
    }
    for node in &model.nodes {
        let alive = node.handles + node.children > 0;
        assert_eq!(pool.resolve(node.id.unwrap()).is_ok(), alive, "only what is alive resolves");
    }
    assert_eq!(pool.statistics().in_use as usize, model.alive());
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if cfg!(miri) { 4 } else { 400 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_pool_is_its_model(operations in prop::collection::vec(operation(), 1..if cfg!(miri) { 30 } else { 150 })) {
        run(operations);
    }
}
