//! A channel of the standard library with a thread that handles what comes out of it.

use std::sync::mpsc;

use harness::Figure;

use crate::measures::{self, CAPACITY, QUEUED, Stamped, consume, messages};

enum Letter {
    Number(u64),
    /// All before it are handled when this is.
    Flush,
    Late(Stamped),
}

pub(crate) fn figure(name: &str) -> Option<Figure> {
    Some(match name {
        "across" => {
            let (sender, flushed) = spawn();
            messages(move |count| {
                (0..count).for_each(|number| sender.send(Letter::Number(number)).expect("the thread runs"));
                sender.send(Letter::Flush).expect("the thread runs");
                flushed.recv().expect("the thread runs");
            })
        }
        "latency" => {
            let (sender, _flushed) = spawn();
            measures::latency(move |stamped| sender.send(Letter::Late(stamped)).expect("the thread runs"))
        }
        "queued" => Figure::build(|| {
            let (sender, receiver) = mpsc::sync_channel(QUEUED as usize);
            (0..QUEUED).for_each(|number| sender.send(number).expect("there is room"));
            (sender, receiver)
        }),
        _ => return None,
    })
}

fn spawn() -> (mpsc::SyncSender<Letter>, mpsc::Receiver<()>) {
    let (sender, receiver) = mpsc::sync_channel(CAPACITY);
    let (told, flushed) = mpsc::channel();
    std::thread::spawn(move || {
        for letter in receiver {
            match letter {
                Letter::Number(number) => consume(number),
                // Who waited may have gone.
                Letter::Flush => drop(told.send(())),
                Letter::Late(stamped) => stamped.arrive(),
            }
        }
    });
    (sender, flushed)
}
