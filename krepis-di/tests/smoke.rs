#![allow(missing_docs)]
use krepis_di::*;
use std::sync::{Arc, Mutex};

struct A(u32);
struct B(Arc<A>);
struct S(Arc<B>);

#[test]
fn basics() {
    let mut b = Builder::new();
    b.scoped(|b: Arc<B>| S(b));
    b.singleton(|a: Arc<A>| B(a));
    b.instance(A(4));
    let c = b.build().unwrap();
    let s = c.scope();
    assert!(Arc::ptr_eq(&s.get::<S>().unwrap(), &s.get::<S>().unwrap()));
    assert_eq!(s.get_ref::<S>().unwrap().0.0.0, 4);
    let t = c.scope();
    assert!(!Arc::ptr_eq(&s.get::<S>().unwrap(), &t.get::<S>().unwrap()));
    println!("{}", c.get::<S>().err().unwrap());
}

#[test]
fn disposal() {
    let log: &'static Mutex<Vec<&str>> = Box::leak(Box::default());
    struct X;
    struct Y(#[allow(dead_code)] Arc<X>);
    struct D(&'static Mutex<Vec<&'static str>>);
    impl Drop for D {
        fn drop(&mut self) {
            self.0.lock().unwrap().push("drop D");
        }
    }
    let mut b = Builder::new();
    b.scoped(|| X).on_dispose(|_| {
        log.lock().unwrap().push("X");
        Ok::<_, BoxError>(())
    });
    b.scoped(|x: Arc<X>| Y(x)).on_dispose(|_| {
        log.lock().unwrap().push("Y");
        Err("no")
    });
    b.scoped(move || D(log));
    let c = b.build().unwrap();
    for _ in 0..3 {
        log.lock().unwrap().clear();
        let s = c.scope();
        s.get::<D>().unwrap();
        s.get::<Y>().unwrap();
        let child = s.child();
        child.get::<X>().unwrap();
        let e = s.dispose().unwrap_err();
        assert_eq!(e.to_string(), "Y could not be disposed: no");
        assert_eq!(*log.lock().unwrap(), ["X", "Y", "X", "drop D"]);
        assert_eq!(child.get::<X>().err().unwrap().to_string(), "the scope is disposed");
    }
    assert_eq!(c.pool().created, 2);
}

#[test]
fn lazies_and_cycles() {
    struct P(Lazy<Q>);
    struct Q(#[allow(dead_code)] Arc<P>);
    struct R;
    let mut b = Builder::new();
    b.scoped(|q: Lazy<Q>| P(q));
    b.scoped(|p: Arc<P>| Q(p));
    b.try_scoped(|p: Provider| p.get::<R>().map(|_| R));
    let c = b.build().unwrap();
    let s = c.scope();
    let q = s.get::<P>().unwrap().0.get().unwrap();
    assert!(Arc::ptr_eq(&q, &s.get::<Q>().unwrap()));
    println!("{}", s.get::<R>().err().unwrap());
    let p = s.get::<P>().unwrap();
    drop(q);
    drop(s);
    println!("{}", p.0.get().err().unwrap());
}
