//! `krepis serve`: a module's default export over HTTP, by one isolate or by several that share the port.

use std::process::ExitCode;
use std::sync::mpsc;

use kiren_runtime::{Entry, JsError, Runtime, RuntimeOptions, ServeOptions};

use super::{finish, runtime_options};
use crate::args::{Options, Serve};

pub(crate) fn serve(options: &Options, serve: &Serve) -> ExitCode {
    let base = runtime_options(options, serve.args.clone());
    if serve.workers == 1 {
        return finish(run(base, serve, serve.port, false, true, None));
    }
    let (ended, ends) = mpsc::channel();
    let (bound, port) = mpsc::channel();
    // The first worker takes the port, which may be a free one; the others share it.
    spawn(base.clone(), serve, serve.port, true, Some(bound), &ended);
    if let Ok(port @ 1..) = port.recv() {
        for _ in 1..serve.workers {
            spawn(base.clone(), serve, port, false, None, &ended);
        }
    }
    drop(ended);
    let mut last = Ok(0);
    for result in ends {
        match result {
            // A worker that drained after a signal waits for the others.
            Ok(code @ (130 | 143)) => last = Ok(code),
            result => return finish(result),
        }
    }
    finish(last)
}

fn spawn(
    options: RuntimeOptions,
    serve: &Serve,
    port: u16,
    announce: bool,
    bound: Option<mpsc::Sender<u16>>,
    ended: &mpsc::Sender<Result<i32, JsError>>,
) {
    let (serve, ended) = (serve.clone(), ended.clone());
    let worker = move || {
        let result = run(options, &serve, port, true, announce, bound.clone());
        // Nobody waits for the port of a worker that ended without one: 0 is the port of none.
        bound.map(|bound| bound.send(0));
        // The receiver is gone only when the process is about to end.
        drop(ended.send(result));
    };
    std::thread::Builder::new()
        .name("krepis-worker".into())
        .stack_size(16 << 20)
        .spawn(worker)
        .expect("because the system has a thread for each worker asked for");
}

fn run(
    mut options: RuntimeOptions,
    serve: &Serve,
    port: u16,
    reuse_port: bool,
    announce: bool,
    bound: Option<mpsc::Sender<u16>>,
) -> Result<i32, JsError> {
    options.serve = Some(ServeOptions { host: serve.host, port, reuse_port, announce, bound });
    let mut runtime = Runtime::new(options)?;
    let result = runtime.run(Entry::File((&serve.file).into()));
    std::mem::forget(runtime);
    result
}
