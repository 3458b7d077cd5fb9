//! What a context costs: `cargo bench -p krepis-context --all-features`.
//!
//! Each row is the best of many batches, in nanoseconds an operation, and the median beside it.

use std::hint::black_box;
use std::time::Instant;

use krepis_context::codec::Limits;
use krepis_context::{Context, ContextPool, Key, Options};

const BATCHES: usize = 200;

/// Times batches of `count` operations. `operation` does one.
fn row(name: &str, count: usize, mut operation: impl FnMut(usize)) {
    let mut times = Vec::with_capacity(BATCHES);
    for batch in 0..BATCHES + 5 {
        let start = Instant::now();
        (0..count).for_each(&mut operation);
        let nanos = start.elapsed().as_nanos() as f64 / count as f64;
        if batch >= 5 {
            times.push(nanos);
        }
    }
    times.sort_by(f64::total_cmp);
    println!("{name:44} {:>10.1} ns   median {:>10.1}", times[0], times[BATCHES / 2]);
}

fn ten_fields(pool: &ContextPool) -> Context {
    let context = pool.create().expect("the pool is empty");
    let done = [
        context.set("request.id", "7b1c9d00-55aa"),
        context.set("tenant.id", "acme"),
        context.set("user.id", "u-1234567"),
        context.set("http.request.method", "POST"),
        context.set("http.route", "/orders/:id"),
        context.set("priority", 3),
        context.set("retry.attempt", 1),
        context.set("ratio", 0.25),
        context.set("cached", false),
        context.set("shop.cart", &[1_u8, 2, 3, 4, 5, 6, 7, 8]),
    ];
    assert!(done.iter().all(Result::is_ok));
    let _ = context.trace();
    context
}

fn main() {
    let pool = ContextPool::new(&Options::default()).expect("the defaults are valid");

    row("create + release", 10_000, |_| drop(black_box(pool.create())));
    let context = ten_fields(&pool);
    row("clone + drop", 10_000, |_| drop(black_box(context.clone())));
    row("resolve + drop", 10_000, |_| drop(black_box(pool.resolve(black_box(context.id())))));
    row("child + release", 10_000, |_| drop(black_box(context.child())));
    row("create, trace, release", 10_000, |_| {
        black_box(pool.create().expect("there is room").trace());
    });

    const CART: Key<'static> = Key::new("shop.cart");
    const TENANT: Key<'static> = Key::new("tenant.id");
    row("read, const key", 10_000, |_| {
        black_box(black_box(&context).get_bytes(CART));
    });
    row("read, const well-known key", 10_000, |_| {
        black_box(black_box(&context).get_str(TENANT));
    });
    row("read, &str key", 10_000, |_| {
        black_box(black_box(&context).get_bytes(black_box("shop.cart")));
    });
    let child = context.child().expect("there is room");
    row("read through one parent, const key", 10_000, |_| {
        black_box(black_box(&child).get_bytes(CART));
    });
    row("is_done, no deadline", 10_000, |_| {
        black_box(black_box(&context).is_done());
    });
    row("set, an i64 (and 1/16 of a create)", 16_000, {
        let mut context = pool.create().expect("there is room");
        move |number| {
            if number % 16 == 0 {
                context = context.pool().create().expect("there is room");
            }
            const PRICE: Key<'static> = Key::new("price");
            context.set(PRICE, number as i64).expect("16 fit");
        }
    });

    let keys: Vec<String> = (0..100).map(|number| format!("field-{number:03}")).collect();
    let mut buffer = Vec::with_capacity(64 * 1024);
    let mut lifecycle = |encode: bool| {
        let context = pool.create().expect("there is room");
        for (number, key) in keys.iter().enumerate() {
            context.set(key, number as i64).expect("100 fit");
        }
        for key in &keys {
            black_box(context.get_i64(key));
        }
        if encode {
            context.encode_flatbuffer(&mut buffer);
        }
    };
    row("create, set 100, read 100, release", 100, |_| lifecycle(false));
    row("create, set 100, read 100, encode, release", 100, |_| lifecycle(true));

    row("FlatBuffers encode, 10 fields", 1_000, |_| context.encode_flatbuffer(black_box(&mut buffer)));
    println!("{:44} {:>10} bytes", "", buffer.len());
    let limits = Limits::default();
    row("FlatBuffers decode + release, 10 fields", 1_000, |_| {
        drop(black_box(pool.decode_flatbuffer(&buffer, &limits)));
    });
    row("Protobuf encode, 10 fields", 1_000, |_| context.encode_protobuf(black_box(&mut buffer)));
    println!("{:44} {:>10} bytes", "", buffer.len());
    row("Protobuf decode + release, 10 fields", 1_000, |_| {
        drop(black_box(pool.decode_protobuf(&buffer, &limits)));
    });
    row("JSON encode, 10 fields", 1_000, |_| drop(black_box(context.encode_json())));

    let headers = [
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ("tracestate", "vendor=value"),
        ("baggage", "user=a,tier=b"),
        ("x-request-id", "7b1c9d00-55aa"),
    ];
    row("create, extract 4 headers, release", 1_000, |_| {
        pool.create().expect("there is room").extract(black_box(headers)).expect("it fits");
    });
    row("inject", 1_000, |_| {
        context.inject(|_, value| {
            black_box(value);
        });
    });

    burst(&pool);
    println!("{:?}", pool.statistics());
}

/// 10,000 contexts alive at once, each creation timed.
fn burst(pool: &ContextPool) {
    for round in 1..=3 {
        let mut alive = Vec::with_capacity(10_000);
        let mut times: Vec<u64> = (0..10_000)
            .map(|_| {
                let start = Instant::now();
                alive.push(pool.create().expect("there is room"));
                start.elapsed().as_nanos() as u64
            })
            .collect();
        times.sort_unstable();
        println!(
            "burst of 10,000, round {round}: p50 {} ns, p99 {} ns (with the clock)",
            times[5_000], times[9_900]
        );
    }
}
