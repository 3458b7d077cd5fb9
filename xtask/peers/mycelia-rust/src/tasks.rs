//! A channel of tokio with a task that handles what comes out of it.

use std::sync::Arc;

use harness::Figure;
use tokio::runtime::Runtime;
use tokio::sync::{Notify, mpsc, oneshot};

use crate::measures::{self, CAPACITY, QUEUED, Stamped, chunks, consume, elsewhere, here, messages};

enum Letter {
    Number(u64),
    /// All before it are handled when this is.
    Flush,
    Question(u64, oneshot::Sender<u64>),
    Late(Stamped),
}

pub(crate) fn figure(name: &str) -> Option<Figure> {
    Some(match name {
        "send" => {
            let runtime = here();
            let (sender, flushed) = spawn(&runtime);
            let flusher = sender.clone();
            chunks(
                move |number| sender.try_send(Letter::Number(number)).expect("there is room"),
                move || {
                    flusher.try_send(Letter::Flush).expect("there is room");
                    runtime.block_on(flushed.notified());
                },
            )
        }
        "across" => {
            let (runtime, here) = (elsewhere(), here());
            let (sender, flushed) = spawn(&runtime);
            messages(move |count| {
                let _running = &runtime;
                here.block_on(async {
                    for number in 0..count {
                        sender.send(Letter::Number(number)).await.expect("the task runs");
                    }
                    sender.send(Letter::Flush).await.expect("the task runs");
                    flushed.notified().await;
                });
            })
        }
        "ask" => {
            let runtime = here();
            let (sender, _) = spawn(&runtime);
            assert_eq!(runtime.block_on(ask(&sender, 7)), 8);
            Figure::Calls(Box::new(move |times| {
                runtime.block_on(async {
                    for number in 0..times {
                        std::hint::black_box(ask(&sender, number).await);
                    }
                });
            }))
        }
        "round-trip" => {
            let (runtime, here) = (elsewhere(), here());
            let (sender, _) = spawn(&runtime);
            measures::round_trips(move |number| {
                let _running = &runtime;
                here.block_on(ask(&sender, number))
            })
        }
        "latency" => {
            let runtime = elsewhere();
            let (sender, _) = spawn(&runtime);
            measures::latency(move |stamped| {
                let _running = &runtime;
                sender.try_send(Letter::Late(stamped)).expect("there is room");
            })
        }
        "queued" => Figure::build(|| {
            let (sender, receiver) = mpsc::channel(QUEUED as usize);
            for number in 0..QUEUED {
                sender.try_send(number).expect("there is room");
            }
            (sender, receiver)
        }),
        _ => return None,
    })
}

fn spawn(runtime: &Runtime) -> (mpsc::Sender<Letter>, Arc<Notify>) {
    let (sender, mut receiver) = mpsc::channel(CAPACITY);
    let flushed = Arc::new(Notify::new());
    let told = Arc::clone(&flushed);
    runtime.spawn(async move {
        while let Some(letter) = receiver.recv().await {
            match letter {
                Letter::Number(number) => consume(number),
                Letter::Flush => told.notify_one(),
                // Who asked may have gone.
                Letter::Question(number, reply) => drop(reply.send(number + 1)),
                Letter::Late(stamped) => stamped.arrive(),
            }
        }
    });
    (sender, flushed)
}

async fn ask(sender: &mpsc::Sender<Letter>, number: u64) -> u64 {
    let (reply, answer) = oneshot::channel();
    sender.send(Letter::Question(number, reply)).await.expect("the task runs");
    answer.await.expect("it is answered")
}
