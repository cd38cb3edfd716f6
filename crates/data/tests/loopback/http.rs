//! Just enough of an HTTP server: one request per connection, and ways to answer badly.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// A request.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }
}

/// What is sent back.
#[derive(Clone, Debug)]
pub enum Response {
    /// A whole reply.
    Whole { status: u16, kind: &'static str, headers: Vec<(&'static str, String)>, body: Vec<u8> },
    /// A whole reply after a while.
    Slow { after: Duration, body: Vec<u8> },
    /// Half of the body that was announced.
    Half { body: Vec<u8> },
    /// Half of a body whose length was not announced.
    HalfUnannounced { body: Vec<u8> },
    /// The connection ends within the header.
    Reset,
    /// The connection is closed without a word.
    Closed,
    /// Something that is no HTTP.
    Garbage,
}

impl Response {
    pub fn json(body: impl Into<Vec<u8>>) -> Response {
        Response::Whole { status: 200, kind: "application/json", headers: vec![], body: body.into() }
    }

    pub fn text(status: u16, body: &str) -> Response {
        Response::Whole { status, kind: "text/plain", headers: vec![], body: body.into() }
    }

    pub fn page(status: u16, body: &str) -> Response {
        Response::Whole { status, kind: "text/html", headers: vec![], body: body.into() }
    }
}

/// A running server; it stops when dropped.
pub struct Server {
    port: u16,
    stop: Arc<AtomicBool>,
    /// So many connections are reset before a byte of them is read.
    pub resets: Arc<AtomicUsize>,
}

impl Server {
    /// On a free port of this machine.
    pub fn start(answer: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Server {
        Server::start_at(0, answer)
    }

    /// On a given port.
    pub fn start_at(port: u16, answer: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let stop = Arc::new(AtomicBool::new(false));
        let resets = Arc::new(AtomicUsize::new(0));
        let (answer, stopped, reset) = (Arc::new(answer), stop.clone(), resets.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                if reset.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
                {
                    // Bytes that have come and are never read make the system answer with a reset.
                    std::thread::sleep(Duration::from_millis(50));
                    continue;
                }
                let answer = answer.clone();
                if let Ok(stream) = stream {
                    std::thread::spawn(move || serve(stream, &*answer));
                }
            }
        });
        Server { port, stop, resets }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn serve(stream: TcpStream, answer: &(dyn Fn(&Request) -> Response + Send + Sync)) {
    stream.set_nodelay(true).unwrap();
    // A client that says hello in TLS is answered as web servers do that speak none.
    let mut first = [0];
    if stream.peek(&mut first).is_ok_and(|read| read == 1) && first[0] == 0x16 {
        let _ = (&stream).write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        let _ = std::io::copy(&mut (&stream).take(4096), &mut std::io::sink());
        return;
    }
    let mut reader = BufReader::new(stream);
    let Some(request) = read(&mut reader) else { return };
    let response = answer(&request);
    let mut stream = reader.into_inner();
    // The client may be gone; that is its right.
    let _ = write(&mut stream, response);
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let mut request =
        Request { method: words.next()?.to_owned(), path: words.next()?.to_owned(), ..Request::default() };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        request.headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let length = request.header("content-length").parse().unwrap_or(0);
    request.body = vec![0; length];
    reader.read_exact(&mut request.body).ok()?;
    Some(request)
}

fn head(status: u16, kind: &str, length: Option<usize>) -> String {
    let length = length.map_or(String::new(), |length| format!("Content-Length: {length}\r\n"));
    format!("HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n{length}Connection: close\r\n")
}

fn write(stream: &mut TcpStream, response: Response) -> std::io::Result<()> {
    match response {
        Response::Whole { status, kind, headers, body } => {
            let headers: String =
                headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
            write!(stream, "{}{headers}\r\n", head(status, kind, Some(body.len())))?;
            stream.write_all(&body)
        }
        Response::Slow { after, body } => {
            std::thread::sleep(after);
            write!(stream, "{}\r\n", head(200, "application/json", Some(body.len())))?;
            stream.write_all(&body)
        }
        Response::Half { body } => {
            write!(stream, "{}\r\n", head(200, "application/json", Some(body.len())))?;
            stream.write_all(&body[..body.len() / 2])
        }
        Response::HalfUnannounced { body } => {
            write!(stream, "{}\r\n", head(200, "application/json", None))?;
            stream.write_all(&body[..body.len() / 2])
        }
        Response::Reset => {
            stream.write_all(b"HTTP/1.1 200 X\r\nContent-Le")?;
            stream.shutdown(std::net::Shutdown::Both)
        }
        Response::Closed => Ok(()),
        Response::Garbage => stream.write_all(b"\x00\x01\x02 this is no HTTP\r\n\r\n"),
    }
}
