//! An actor of ractor, whose mailbox has no bounds.

use harness::Figure;
use ractor::{ActorProcessingErr, ActorRef, RpcReplyPort};
use tokio::runtime::Runtime;

use crate::measures::{self, QUEUED, Stamped, chunks, consume, elsewhere, here, messages};

struct Actor;

enum Letter {
    Number(u64),
    Question(u64, RpcReplyPort<u64>),
    Late(Stamped),
}

pub(crate) fn figure(name: &str) -> Option<Figure> {
    Some(match name {
        "send" => {
            let runtime = here();
            let actor = spawn(&runtime);
            let asked = actor.clone();
            chunks(
                move |number| send(&actor, Letter::Number(number)),
                move || {
                    runtime.block_on(ask(&asked, 0));
                },
            )
        }
        "across" => {
            let (runtime, here) = (elsewhere(), here());
            let actor = spawn(&runtime);
            messages(move |count| {
                let _running = &runtime;
                (0..count).for_each(|number| send(&actor, Letter::Number(number)));
                here.block_on(ask(&actor, 0));
            })
        }
        "ask" => {
            let runtime = here();
            let actor = spawn(&runtime);
            assert_eq!(runtime.block_on(ask(&actor, 7)), 8);
            Figure::Calls(Box::new(move |times| {
                runtime.block_on(async {
                    for number in 0..times {
                        std::hint::black_box(ask(&actor, number).await);
                    }
                });
            }))
        }
        "round-trip" => {
            let (runtime, here) = (elsewhere(), here());
            let actor = spawn(&runtime);
            measures::round_trips(move |number| {
                let _running = &runtime;
                here.block_on(ask(&actor, number))
            })
        }
        "latency" => {
            let runtime = elsewhere();
            let actor = spawn(&runtime);
            measures::latency(move |stamped| {
                let _running = &runtime;
                send(&actor, Letter::Late(stamped));
            })
        }
        "queued" => Figure::build(|| {
            let runtime = here();
            let actor = spawn(&runtime);
            // The runtime does not run any more: nothing is handled.
            (0..QUEUED).for_each(|number| send(&actor, Letter::Number(number)));
            (actor, runtime)
        }),
        _ => return None,
    })
}

impl ractor::Actor for Actor {
    type Msg = Letter;
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Letter>, (): ()) -> Result<(), ActorProcessingErr> {
        Ok(())
    }

    async fn handle(
        &self,
        _: ActorRef<Letter>,
        letter: Letter,
        (): &mut (),
    ) -> Result<(), ActorProcessingErr> {
        match letter {
            Letter::Number(number) => consume(number),
            // Who asked may have gone.
            Letter::Question(number, reply) => drop(reply.send(number + 1)),
            Letter::Late(stamped) => stamped.arrive(),
        }
        Ok(())
    }
}

fn spawn(runtime: &Runtime) -> ActorRef<Letter> {
    runtime.block_on(ractor::Actor::spawn(None, Actor, ())).expect("an actor starts").0
}

fn send(actor: &ActorRef<Letter>, letter: Letter) {
    actor.cast(letter).expect("the actor runs");
}

async fn ask(actor: &ActorRef<Letter>, number: u64) -> u64 {
    ractor::call!(actor, |reply| Letter::Question(number, reply)).expect("it is answered")
}
