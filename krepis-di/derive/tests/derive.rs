#![allow(missing_docs, clippy::unwrap_used)]
//! What `#[derive(Injectable)]` writes.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use krepis_di::{
    AnyKey, Auto, Builder, Injectable, KeyType, Keyed, Lazy, Provider, RequestedKey, ServiceKey, Token,
};

struct Db(&'static str);

trait Plugin: Send + Sync {
    fn name(&self) -> String;
}

#[derive(Injectable)]
#[injectable(provide = dyn Plugin)]
struct First;

impl Plugin for First {
    fn name(&self) -> String {
        "first".into()
    }
}

/// Two lifetimes of instances and two traits.
#[derive(Injectable)]
#[injectable(transient, provide = dyn Plugin)]
#[injectable(provide = dyn std::any::Any + Send + Sync)]
struct Second {}

impl Plugin for Second {
    fn name(&self) -> String {
        "second".into()
    }
}

#[test]
fn unit_structs_and_traits() {
    let mut builder = Builder::new();
    builder.inject::<First>();
    builder.inject::<Second>();
    let container = builder.build().unwrap();
    let names: Vec<String> =
        container.get_all::<dyn Plugin>().unwrap().iter().map(|plugin| plugin.name()).collect();
    assert_eq!(names, ["first", "second"]);
    assert!(container.has::<dyn std::any::Any + Send + Sync>());
    assert!(Arc::ptr_eq(&container.get::<First>().unwrap(), &container.get::<First>().unwrap()));
    // Transients, which have an address each only while they have a size: their `Arc`s do.
    let (a, b) = (container.get::<Second>().unwrap(), container.get::<Second>().unwrap());
    assert_eq!((Arc::strong_count(&a), Arc::strong_count(&b)), (1, 1));
}

struct Primary;

impl KeyType for Primary {
    fn key() -> ServiceKey {
        "primary".into()
    }
}

const URL: Token<String> = Token::new("url");

#[derive(Injectable)]
#[injectable(scoped)]
struct Everything {
    one: Arc<Db>,
    none: Option<Arc<u8>>,
    all: Vec<Arc<dyn Plugin>>,
    lazy: Lazy<Db>,
    provider: Provider,
    auto: Auto<First>,
    keyed: Keyed<Primary, Arc<Db>>,
    #[inject(key = "primary")]
    primary: Arc<Db>,
    #[inject(key = 3)]
    number: Option<Arc<Db>>,
    #[inject(key = URL)]
    token: Arc<String>,
    #[inject(key = AnyKey)]
    keyed_all: Vec<Arc<Db>>,
    pair: (Arc<Db>, Option<Arc<Db>>),
    #[inject(default)]
    count: AtomicU32,
    #[inject(with = format!("{}/{}", one.0, count.load(Ordering::Relaxed)))]
    text: String,
    #[inject(key = "absent")]
    absent: Option<Arc<Db>>,
    key: RequestedKey,
}

#[test]
fn every_kind_of_field_and_more_than_twelve() {
    let mut builder = Builder::new();
    builder.inject::<Everything>().keyed(AnyKey);
    builder.instance(Db("plain"));
    builder.instance(Db("primary")).keyed("primary");
    builder.instance(Db("three")).keyed(3);
    builder.instance("postgres".to_owned()).token(URL);
    let container = builder.build().unwrap();
    let scope = container.scope();
    let all = scope.get_keyed::<Everything>("asked").unwrap();
    assert_eq!(
        (all.one.0, all.primary.0, all.keyed.0.0, all.token.as_str()),
        ("plain", "primary", "primary", "postgres")
    );
    assert_eq!(all.number.as_ref().unwrap().0, "three");
    assert!(all.none.is_none() && all.absent.is_none());
    assert_eq!(all.all.len(), 1, "the one that `Auto` registered");
    assert_eq!(all.auto.0.name(), "first");
    assert_eq!(all.keyed_all.iter().map(|db| db.0).collect::<Vec<_>>(), ["primary", "three"]);
    assert!(Arc::ptr_eq(&all.pair.0, all.pair.1.as_ref().unwrap()));
    assert!(Arc::ptr_eq(&all.lazy.get().unwrap(), &all.provider.get::<Db>().unwrap()));
    assert_eq!((all.text.as_str(), all.count.load(Ordering::Relaxed)), ("plain/0", 0));
    assert_eq!(all.key, RequestedKey("asked".into()));
}

macro_rules! many {
    ($($field:ident)*) => {
        #[derive(Injectable)]
        struct Many { $($field: Arc<Db>),* }

        impl Many {
            fn all(&self) -> Vec<&Arc<Db>> {
                vec![$(&self.$field),*]
            }
        }
    };
}

many! {
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9
    d0 d1 d2 d3 d4 d5 d6 d7 d8 d9 e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 f0 f1 f2 f3 f4 f5 f6 f7 f8 f9
    g0 g1 g2 g3 g4 g5 g6 g7 g8 g9 h0 h1 h2 h3 h4 h5 h6 h7 h8 h9 i0 i1 i2 i3 i4 i5 i6 i7 i8 i9
    j0 j1 j2 j3 j4 j5 j6 j7 j8 j9 k0 k1 k2 k3 k4 k5 k6 k7 k8 k9 l0 l1 l2 l3 l4 l5 l6 l7 l8 l9
    m0 m1 m2 m3 m4 m5 m6 m7 m8 m9 n0 n1 n2 n3 n4 n5 n6 n7 n8 n9 o0 o1 o2 o3 o4 o5 o6 o7 o8 o9
}

#[test]
fn a_hundred_and_fifty_fields() {
    let mut builder = Builder::new();
    builder.inject::<Many>();
    builder.transient(|| Db("new"));
    let many = builder.build().unwrap().get::<Many>().unwrap();
    assert_eq!(many.all().len(), 150);
    assert!(many.all().iter().all(|db| Arc::strong_count(db) == 1));
}

/// Tuple structs, generics with bounds of all kinds, and constants.
#[derive(Injectable)]
#[injectable(scoped)]
struct Repo<T: Named + ?Sized, const N: usize = 2>(
    Arc<Db>,
    Arc<Cache<T>>,
    #[inject(default)] PhantomData<fn() -> [u8; N]>,
)
where
    T: 'static;

#[derive(Injectable)]
struct Cache<T: ?Sized> {
    #[inject(with = Mutex::new(Vec::with_capacity(8)))]
    rows: Mutex<Vec<Box<T>>>,
}

trait Named {
    const NAME: &'static str;
}

impl Named for String {
    const NAME: &'static str = "string";
}

impl<T: Named + ?Sized, const N: usize> Repo<T, N> {
    fn describe(&self) -> String {
        format!("{} of {} {N} {}", self.0.0, T::NAME, self.1.rows.lock().unwrap().capacity())
    }
}

#[test]
fn generics() {
    let mut builder = Builder::new();
    builder.instance(Db("db"));
    builder.inject::<Cache<String>>();
    builder.inject::<Repo<String>>();
    builder.inject::<Repo<String, 5>>();
    let container = builder.build().unwrap();
    let scope = container.scope();
    assert_eq!(scope.get::<Repo<String>>().unwrap().describe(), "db of string 2 8");
    assert_eq!(scope.get::<Repo<String, 5>>().unwrap().describe(), "db of string 5 8");
}

#[derive(Injectable)]
#[injectable(key = "second", if_absent)]
struct Fallback(#[inject(with = 1)] u8);

#[test]
fn keys_and_conditions_on_the_type() {
    let mut builder = Builder::new();
    builder.inject::<Fallback>();
    let container = builder.build().unwrap();
    assert!(!container.has::<Fallback>());
    assert_eq!(container.get_keyed::<Fallback>("second").unwrap().0, 1);
    builder.singleton(|| Fallback(2)).keyed("second");
    assert_eq!(builder.build().unwrap().get_keyed::<Fallback>("second").unwrap().0, 2);
    assert_eq!(builder.build().unwrap().get_all_keyed::<Fallback>("second").unwrap().len(), 1);
}

mod facade {
    pub(crate) use krepis_di as di;
}

#[derive(Injectable)]
#[injectable(crate = facade::di)]
struct Elsewhere;

#[derive(Injectable)]
struct Needs(#[allow(dead_code)] Arc<Elsewhere>);

#[test]
fn problems_name_the_place_of_the_derive() {
    let mut builder = Builder::new();
    builder.inject::<Needs>();
    let error = builder.build().unwrap_err().to_string();
    let line = include_str!("derive.rs").lines().position(|line| line.starts_with("struct Needs")).unwrap();
    assert_eq!(
        error,
        format!(
            "1 problem in the services\n  1. missing service: Needs needs Elsewhere, which nothing provides\n       \
             Needs (singleton) registered at {}:{line}:10",
            file!()
        )
    );
    builder.inject::<Elsewhere>();
    builder.build().unwrap();
}
