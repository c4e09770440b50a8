//! What Tokio needs for what asyncio_bench measures, in one thread:
//!
//!     tokio NAME      prints the seconds that one takes
//!     tokio has NAME  is 0 if it can do that
//!
//! Tokio has no callbacks. What is awaited lies within its caller, in one piece of memory, and the
//! compiler may put both into one function; `black_box` keeps it from leaving out the result.
use std::future::Future;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, fs, process};

use tokio::sync::{mpsc, oneshot};
use tokio::task::{spawn, yield_now};

type Measured = Vec<(&'static str, f64)>;

fn run<T>(main: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().build().expect("a runtime");
    runtime.block_on(async move { main.await })
}

fn per_one(begin: Instant, n: u32) -> Measured {
    vec![("seconds", begin.elapsed().as_secs_f64() / f64::from(n))]
}

async fn at_once() -> i32 {
    black_box(1)
}

async fn await_() -> Measured {
    const N: u32 = 30_000_000;
    let begin = Instant::now();
    for _ in 0..N {
        black_box(at_once().await);
    }
    per_one(begin, N)
}

// In a task of its own: what block_on runs is woken in another way.
async fn turn() -> Measured {
    const N: u32 = 1_000_000;
    spawn(async {
        let begin = Instant::now();
        for _ in 0..N {
            yield_now().await;
        }
        per_one(begin, N)
    })
    .await
    .expect("a task")
}

async fn turns() -> Measured {
    const N: u32 = 3_000;
    const TASKS: u32 = 1_000;
    let begin = Instant::now();
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            spawn(async {
                for _ in 0..N {
                    yield_now().await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a task");
    }
    per_one(begin, N * TASKS)
}

// Two tasks that wake each other, each through a channel for one value.
async fn wake_up() -> Measured {
    const N: u32 = 300_000;
    let (questions, mut asked) = mpsc::unbounded_channel::<oneshot::Sender<i32>>();
    let answering = spawn(async move {
        while let Some(question) = asked.recv().await {
            let _ = question.send(1);
        }
    });
    let asking = spawn(async move {
        let begin = Instant::now();
        for _ in 0..N {
            let (sender, receiver) = oneshot::channel();
            questions.send(sender).expect("who answers");
            black_box(receiver.await.expect("an answer"));
        }
        per_one(begin, 2 * N)
    });
    let measured = asking.await.expect("a task");
    answering.await.expect("a task");
    measured
}

async fn create_task() -> Measured {
    const N: u32 = 1_000_000;
    spawn(async {
        let begin = Instant::now();
        for _ in 0..N {
            black_box(spawn(at_once()).await.expect("a task"));
        }
        per_one(begin, N)
    })
    .await
    .expect("a task")
}

/// In bytes (proc(5), statm).
fn resident() -> f64 {
    let statm = fs::read_to_string("/proc/self/statm").expect("statm");
    let pages = statm.split(' ').nth(1).expect("a second number");
    pages.parse::<f64>().expect("a number") * 4096.0
}

async fn alive() -> Measured {
    const N: u32 = 200_000;
    let before = resident();
    let begin = Instant::now();
    let have_begun = Arc::new(AtomicBool::new(false));
    for _ in 0..N {
        spawn(tokio::time::sleep(Duration::from_secs(3600)));
    }
    let last = have_begun.clone();
    spawn(async move { last.store(true, Ordering::Relaxed) });
    while !have_begun.load(Ordering::Relaxed) {
        yield_now().await;
    }
    let mut measured = per_one(begin, N);
    measured.push(("resident", (resident() - before) / f64::from(N)));
    measured
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let name = arguments.last().map_or("", String::as_str);
    let is_known = ["await", "turn", "turns", "wake_up", "create_task", "alive"].contains(&name);
    if !is_known {
        eprintln!("tokio: cannot measure {}", arguments.join(" "));
        process::exit(2);
    }
    if arguments.len() > 1 {
        return;
    }
    let measured = match name {
        "await" => run(await_()),
        "turn" => run(turn()),
        "turns" => run(turns()),
        "wake_up" => run(wake_up()),
        "create_task" => run(create_task()),
        _ => run(alive()),
    };
    for (name, value) in measured {
        println!("{name} {value}");
    }
}
