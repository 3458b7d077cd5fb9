//! krepis-context.

use std::hint::black_box;

use krepis_context::codec::Limits;
use krepis_context::{Context, ContextPool, DecodeError, Key, Options, SpanId, Trace, TraceFlags, TraceId};

use crate::burst::{burst, burst_of_threads};
use crate::harness::Figure;
use crate::record::{self, ATTEMPT, PROTOBUF_BYTES, ROUTE, ROUTE_BYTES, Value, hundred, record};

const ROUTE_KEY: Key<'static> = Key::new(ROUTE);
const ATTEMPT_KEY: Key<'static> = Key::new(ATTEMPT);

pub(crate) fn figure(name: &str) -> Option<Figure> {
    let pool = ContextPool::new(&Options::default()).expect("because the defaults are valid");
    let limits = Limits::default();
    let mut buffer = Vec::with_capacity(64 * 1024);
    Some(match name {
        "create" => Figure::calls(move || create(black_box(&pool))),
        "child" => {
            let parent = with_record(&pool);
            Figure::calls(move || {
                let child = black_box(&parent).child().expect("because there is room");
                child.set(ATTEMPT_KEY, black_box(2)).expect("because it fits");
                child
            })
        }
        "request" => Figure::calls(move || {
            let context = create(black_box(&pool));
            record().iter().for_each(|(key, value)| set(&context, key, *value));
            for (key, _) in record() {
                black_box(context.get(*key));
            }
        }),
        "crossing" => Figure::calls(move || {
            let context = create(black_box(&pool));
            context.set(ROUTE_KEY, black_box("/orders/:id")).expect("because it fits");
            black_box(context.get_str(ROUTE_KEY));
        }),
        "lifecycle" => {
            let keys = hundred();
            Figure::calls(move || {
                let context = create(black_box(&pool));
                for (number, key) in keys.iter().enumerate() {
                    context.set(key, number as i64).expect("because a hundred fit");
                }
                for key in &keys {
                    black_box(context.get_i64(key));
                }
                context.encode_protobuf(&mut buffer);
                black_box(buffer.len())
            })
        }
        "read" => {
            let context = with_record(&pool);
            Figure::returning(Some(ROUTE_BYTES), move || black_box(&context).get_str(ROUTE_KEY).map(str::len))
        }
        "read-name" => {
            let context = with_record(&pool);
            Figure::returning(Some(ROUTE_BYTES), move || {
                black_box(&context).get_str(black_box(ROUTE)).map(str::len)
            })
        }
        "current" => {
            let context = with_record(&pool);
            Figure::calls(move || black_box(&context).run(|| drop(black_box(Context::current()))))
        }
        "protobuf-encode" => {
            let context = with_record(&pool);
            Figure::returning(PROTOBUF_BYTES, move || {
                black_box(&context).encode_protobuf(black_box(&mut buffer));
                buffer.len()
            })
        }
        "protobuf-decode" => {
            with_record(&pool).encode_protobuf(&mut buffer);
            decoding(move || pool.decode_protobuf(black_box(&buffer), &limits))
        }
        "flatbuffers-encode" => {
            let context = with_record(&pool);
            Figure::calls(move || {
                black_box(&context).encode_flatbuffer(black_box(&mut buffer));
                buffer.len()
            })
        }
        "flatbuffers-decode" => {
            with_record(&pool).encode_flatbuffer(&mut buffer);
            decoding(move || pool.decode_flatbuffer(black_box(&buffer), &limits))
        }
        "burst" => burst(move || with_id(&pool)),
        "burst-threads" => burst_of_threads(move || with_id(&pool)),
        _ => return None,
    })
}

fn create(pool: &ContextPool) -> Context {
    pool.create().expect("because there is room")
}

fn with_id(pool: &ContextPool) -> Context {
    let context = create(pool);
    context.set(Key::REQUEST_ID, black_box("7b1c9d00-55aa")).expect("because it fits");
    context
}

fn with_record(pool: &ContextPool) -> Context {
    let context = create(pool);
    let trace = Trace {
        trace_id: TraceId(record::TRACE_ID),
        span_id: SpanId(record::SPAN_ID),
        flags: TraceFlags(record::FLAGS),
        ..Trace::root(TraceFlags::SAMPLED)
    };
    context.set_trace(&trace).expect("because it has none");
    record().iter().for_each(|(key, value)| set(&context, key, *value));
    context
}

fn decoding(decode: impl Fn() -> Result<Context, DecodeError> + 'static) -> Figure {
    let context = decode().expect("because it is ours");
    assert_eq!((context.entries().count(), context.get_str(ROUTE).map(str::len)), (10, Some(ROUTE_BYTES)));
    Figure::calls(decode)
}

fn set(context: &Context, key: &str, value: Value<'_>) {
    let done = match value {
        Value::Text(text) => context.set(key, text),
        Value::Data(bytes) => context.set(key, bytes),
        Value::Integer(number) => context.set(key, number),
        Value::Number(number) => context.set(key, number),
        Value::Flag(yes) => context.set(key, yes),
    };
    done.expect("because it fits");
}
