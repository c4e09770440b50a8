//! An echo server on Tokio, with a task for each client, all in one thread. After its example
//! examples/echo-tcp.rs; the socket that listens is made as in the documentation of `TcpSocket`.
//! Added: the wait when accept runs short of descriptors, which would spin.
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use std::{env, io, process};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

const BACKLOG: u32 = 4096;
const CHUNK: usize = 64 * 1024;
const SHORTAGE_PAUSE: Duration = Duration::from_millis(20);

async fn echo(mut client: TcpStream) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut buffer = vec![0; CHUNK];
    loop {
        let n = client.read(&mut buffer).await?;
        if n == 0 {
            return Ok(());
        }
        client.write_all(&buffer[..n]).await?;
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

async fn serve(port: u16) {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = listen(address).unwrap_or_else(|error| {
        let why = error.to_string();
        let why = why.split(" (os error").next().unwrap_or(&why);
        eprintln!("cannot listen on {address}: {why}");
        process::exit(1);
    });
    loop {
        match listener.accept().await {
            Ok((client, _)) => drop(tokio::spawn(echo(client))),
            Err(_) => tokio::time::sleep(SHORTAGE_PAUSE).await, // out of descriptors, most likely
        }
    }
}

fn port_argument() -> u16 {
    let mut arguments = env::args();
    let program = arguments.next().unwrap_or_default();
    match (arguments.next().map(|port| port.parse()), arguments.next()) {
        (Some(Ok(port)), None) if port > 0 => port,
        _ => {
            eprintln!("{program}: expected one argument, a port from 1 to 65535");
            process::exit(2);
        }
    }
}

fn main() -> io::Result<()> {
    let port = port_argument();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve(port));
    Ok(())
}
