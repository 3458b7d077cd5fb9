//! `fetch` against servers on the loopback: programs in `tests/cli/fetch`, with the output that they must have.

#[path = "fetch/server.rs"]
mod server;
#[path = "fetch/tls.rs"]
mod tls;

use std::io::{self, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

use crate::support::{Folder, TIMEOUT, finish, krepis};
use server::{Request, Then, respond};

const TEXT: &str = "so it goes; ";
const REPEATED: usize = 50_000;

/// `krepis` without the proxies and certificates of whoever runs the tests.
fn client() -> Command {
    let mut command = krepis();
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_ascii_lowercase());
    }
    for name in ["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"] {
        command.env_remove(name);
    }
    command
}

/// Runs `tests/cli/fetch/NAME.js` with the server's origin as its argument; it must print `NAME.out`.
fn check(name: &str, origin: &str) {
    check_with(&mut client(), name, origin);
}

fn check_with(command: &mut Command, name: &str, origin: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/fetch");
    let expected = folder.join(name).with_extension("out");
    // Refused certificates share a program.
    let program = if name.starts_with("https_") { "https_refused" } else { name };
    let program = folder.join(program).with_extension("js");
    let output = finish(command.arg(program).arg(origin), b"", TIMEOUT);
    assert_eq!((output.stderr.as_str(), output.code), ("", Some(0)), "{name} printed:\n{}", output.stdout);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&expected, &output.stdout).expect("because the repository is writable");
    }
    let expected = std::fs::read_to_string(&expected).expect("because it is in the repository");
    assert_eq!(output.stdout, expected, "{name}");
}

/// Whether `/unread/early` may close its connection.
static RELEASED: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());

/// What `fetch` is tried against.
fn routes(request: &Request, stream: &mut TcpStream) -> io::Result<Then> {
    let (path, query) = request.parts();
    let encoded = |stream: &mut TcpStream, encoding: &str, body: &[u8]| {
        respond(stream, "200 OK", &[("content-encoding", encoding), ("x-kept", "yes")], body)
    };
    match path {
        "/echo" => echo(request, stream),
        "/redirect" => {
            let status = format!("{} Elsewhere", query.get("status").unwrap_or(&"302"));
            let left: u32 = query.get("left").and_then(|left| left.parse().ok()).unwrap_or(0);
            let next = match query.get("to") {
                Some(to) => (*to).to_owned(),
                None if left == 0 => "/echo".to_owned(),
                None => {
                    format!("/redirect?status={}&left={}", query.get("status").unwrap_or(&"302"), left - 1)
                }
            };
            respond(stream, &status, &[("location", &next)], b"moved")
        }
        "/gzip" => encoded(stream, "gzip", &pack::gzip(&text())),
        "/x-gzip" => encoded(stream, "x-GZIP", &pack::gzip(&text())),
        "/deflate" => encoded(stream, "deflate", &pack::zlib(&text())),
        "/deflate-raw" => encoded(stream, "deflate", &pack::deflate(&text())),
        "/br" => encoded(stream, "br", &pack::brotli(&text())),
        "/zstd" => encoded(stream, "zstd", &pack::zstd(&text())),
        "/stacked" => encoded(stream, "gzip, br", &pack::brotli(&pack::gzip(&text()))),
        "/unknown-encoding" => encoded(stream, "rot13", b"uryyb"),
        "/empty-gzip" => encoded(stream, "gzip", b""),
        "/corrupt" => encoded(stream, "gzip", b"this is not compressed"),
        "/truncated" => {
            let packed = pack::gzip(&text());
            encoded(stream, "gzip", &packed[..packed.len() / 2])
        }
        "/bomb" => encoded(stream, "gzip", &pack::gzip(&vec![0; 256 << 20])),
        "/drip" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")?;
            for piece in ["one", "two", "three"] {
                stream.write_all(format!("{:x}\r\n{piece}\r\n", piece.len()).as_bytes())?;
                thread::sleep(Duration::from_millis(30));
            }
            stream.write_all(b"0\r\nx-trailer: ignored\r\n\r\n")?;
            Ok(Then::Keep)
        }
        "/hang" => hold(stream, b""),
        "/hang-in-body" => hold(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nbeginning"),
        "/unread/early" => {
            respond(stream, "413 Too Much", &[], b"enough")?;
            let (released, change) = &RELEASED;
            let waiting = released.lock().expect("because no thread panics");
            drop(change.wait_while(waiting, |released| !*released));
            Ok(Then::Reset)
        }
        "/release" => {
            let (released, change) = &RELEASED;
            *released.lock().expect("because no thread panics") = true;
            change.notify_all();
            respond(stream, "200 OK", &[], b"")
        }
        "/http10" => {
            stream.write_all(b"HTTP/1.0 200 Fine\r\nx-old: yes\r\n\r\nuntil the end")?;
            Ok(Then::Close)
        }
        "/reason" => {
            respond(stream, "299 Quite Strange", &[("set-cookie", "a=1"), ("set-cookie", "b=2")], b"")
        }
        "/informational" => {
            stream.write_all(b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n")?;
            respond(stream, "200 OK", &[], b"final")
        }
        "/no-content" => {
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n")?;
            Ok(Then::Keep)
        }
        "/short" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort")?;
            Ok(Then::Close)
        }
        "/short-chunked" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nshort\r\n")?;
            Ok(Then::Close)
        }
        "/close" => Ok(Then::Close),
        "/unread/reset" => Ok(Then::Reset),
        "/nonsense" => {
            stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n")?;
            Ok(Then::Close)
        }
        "/bad-header" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nbad name: x\r\n\r\n")?;
            Ok(Then::Close)
        }
        "/two-lengths" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd")?;
            Ok(Then::Close)
        }
        "/stale" => {
            // Answered in full, then closed without a word, as servers do with connections that wait too long.
            respond(stream, "200 OK", &[("x-connection", &request.connection.to_string())], b"once")?;
            Ok(Then::Close)
        }
        _ => respond(stream, "404 Not Found", &[], b"no such route"),
    }
}

/// What arrived, as JSON.
fn echo(request: &Request, stream: &mut TcpStream) -> io::Result<Then> {
    let mut headers = serde_json::Map::new();
    for (name, value) in &request.headers {
        headers.insert(name.clone(), value.as_str().into());
    }
    let seen = serde_json::json!({
        "method": request.method,
        "target": request.target,
        "headers": headers,
        "body": String::from_utf8_lossy(&request.body),
    });
    let connection = request.connection.to_string();
    let body = if request.method == "HEAD" { String::new() } else { seen.to_string() };
    respond(
        stream,
        "200 OK",
        &[("content-type", "application/json"), ("x-connection", &connection)],
        body.as_bytes(),
    )
}

/// Writes `start` and then nothing, until the client goes away.
fn hold(stream: &mut TcpStream, start: &[u8]) -> io::Result<Then> {
    stream.write_all(start)?;
    let mut waiting = stream.try_clone()?;
    io::copy(&mut waiting, &mut io::sink())?;
    Ok(Then::Reset)
}

fn text() -> Vec<u8> {
    TEXT.repeat(REPEATED).into_bytes()
}

/// Compression for the server's side.
mod pack {
    use std::io::Write as _;

    use flate2::Compression;

    pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("because memory takes it")
    }

    pub(super) fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("because memory takes it")
    }

    pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("because memory takes it")
    }

    pub(super) fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        let params = brotli::enc::BrotliEncoderParams { quality: 3, ..Default::default() };
        brotli::BrotliCompress(&mut &bytes[..], &mut packed, &params).expect("because memory takes it");
        packed
    }

    pub(super) fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::bulk::compress(bytes, 1).expect("because memory takes it")
    }
}

#[test]
fn requests_arrive_as_they_were_made() {
    check("requests", &server::start(routes));
}

#[test]
fn responses_are_shown_as_they_came() {
    check("responses", &server::start(routes));
}

#[test]
fn redirects_are_followed_as_the_standard_says() {
    let other = server::start(routes);
    check_with(client().env("OTHER", other), "redirects", &server::start(routes));
}

#[test]
fn encodings_are_undone() {
    check("encodings", &server::start(routes));
}

#[test]
fn bodies_stream_both_ways() {
    check("streaming", &server::start(routes));
}

#[test]
fn a_signal_ends_a_fetch_at_any_stage() {
    check("abort", &server::start(routes));
}

#[test]
fn errors_say_what_failed() {
    check("errors", &server::start(routes));
}

#[test]
fn connections_are_used_again() {
    check("keep_alive", &server::start(routes));
}

#[test]
fn a_response_that_nobody_reads_does_not_keep_the_program() {
    check("unread", &server::start(routes));
}

#[test]
fn a_server_passes_responses_on() {
    check("passed_on", &server::start(routes));
}

#[test]
fn https_trusts_the_certificates_of_the_environment() {
    let folder = Folder::new();
    let server = tls::start();
    let trusted = folder.write("trusted.pem", &server.certificate);
    check_with(client().env("SSL_CERT_FILE", &trusted), "https", &server.origin);
    check_with(client().env("NODE_EXTRA_CA_CERTS", &trusted), "https", &server.origin);
}

#[test]
fn https_refuses_certificates_and_says_why() {
    let folder = Folder::new();
    let check = |name: &str, server: &tls::Secure, trusted: &tls::Secure| {
        let trusted = folder.write("trusted.pem", &trusted.certificate);
        check_with(client().env("SSL_CERT_FILE", &trusted), name, &server.origin);
    };
    check("https_untrusted", &tls::start(), &tls::start());
    let expired = tls::start_with(|params| params.not_after = rcgen::date_time_ymd(2001, 1, 1));
    check("https_expired", &expired, &expired);
    let early = tls::start_with(|params| params.not_before = rcgen::date_time_ymd(3000, 1, 1));
    check("https_early", &early, &early);
    let elsewhere = tls::start_with(|params| params.subject_alt_names.clear());
    check("https_elsewhere", &elsewhere, &elsewhere);
    let authority = tls::start_with(|params| {
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    });
    check("https_authority", &authority, &authority);
}

#[test]
fn http2_is_spoken_where_the_server_offers_it() {
    let folder = Folder::new();
    let server = tls::start_http2();
    let trusted = folder.write("trusted.pem", &server.certificate);
    check_with(client().env("SSL_CERT_FILE", &trusted), "http2", &server.origin);
}

#[test]
fn http_goes_through_the_proxy_of_the_environment() {
    let proxy = server::start(|request, stream| {
        let authorization = request.header("proxy-authorization").unwrap_or("none");
        let seen = format!("{} {} by proxy, {authorization}", request.method, request.target);
        respond(stream, "200 OK", &[], seen.as_bytes())
    });
    let proxy = proxy.replace("http://", "http://user:secret@");
    let mut command = client();
    command.env("http_proxy", proxy).env("NO_PROXY", "127.0.0.1");
    check_with(&mut command, "proxy", &server::start(routes));
}

#[test]
fn https_goes_through_a_tunnel() {
    let folder = Folder::new();
    let server = tls::start();
    let trusted = folder.write("trusted.pem", &server.certificate);
    let proxy = server::start(tls::tunnel);
    check_with(client().env("SSL_CERT_FILE", trusted).env("HTTPS_PROXY", proxy), "https", &server.origin);
    let closed = server::start(routes);
    check_with(client().env("HTTPS_PROXY", closed), "proxy_refuses", &server.origin);
}
