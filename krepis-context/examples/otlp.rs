//! A request that is served and traced: its spans go to an OpenTelemetry collector, by OTLP over HTTP.
//!
//! ```sh
//! cargo run -p krepis-context --features otlp --example otlp http://127.0.0.1:4318/v1/traces
//! ```
//!
//! An application would take an HTTP client that `opentelemetry-otlp` brings (`reqwest-client`, `hyper-client`); the one at
//! the end of this file is enough for a collector on the same machine.

use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use krepis_context::telemetry::{ContextLayer, ExportLayer};
use krepis_context::{ContextPool, Options};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{BatchSpanProcessor, SpanProcessor};
use tracing_subscriber::layer::SubscriberExt;

fn main() -> Result<(), Box<dyn Error>> {
    let endpoint = std::env::args().nth(1).unwrap_or_else(|| "http://127.0.0.1:4318/v1/traces".to_owned());
    let next = trace_to(&endpoint, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")?;
    println!("sent to {endpoint}; the next request would have traceparent: {next}");
    Ok(())
}

/// Serves a request that came with this `traceparent`, sends its spans to the collector, and returns the `traceparent`
/// that went on from here.
pub fn trace_to(endpoint: &str, traceparent: &str) -> Result<String, Box<dyn Error>> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(PlainHttp)
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(endpoint)
        .build()?;
    let mut processor = BatchSpanProcessor::builder(exporter).build();
    processor.set_resource(&Resource::builder().with_service_name("shop").build());
    let layer = ExportLayer::new(processor, "shop.http");
    let processor = layer.processor();

    let subscriber = tracing_subscriber::registry().with(ContextLayer).with(layer);
    let next = tracing::subscriber::with_default(subscriber, || serve(traceparent))?;
    // Sends what is still there; `shutdown` alone would not tell of a collector that cannot be reached.
    let sent = processor.force_flush();
    processor.shutdown()?;
    sent?;
    Ok(next)
}

fn serve(traceparent: &str) -> Result<String, Box<dyn Error>> {
    let pool = ContextPool::new(&Options::default())?;
    let request = pool.create()?;
    request.extract([("traceparent", traceparent)])?;
    request.run(|| {
        let _request =
            tracing::info_span!("GET /orders", otel.kind = "server", http.response.status_code = 200)
                .entered();
        tracing::info_span!("select orders", rows = 3, cached = false, cost = 0.5).in_scope(|| {
            tracing::info!(shard = "eu-1", "connected");
        });
        tracing::info_span!("render").in_scope(|| tracing::error!("no template for the footer"));
        // A call to another service is a context below; what is sent with it names that context's span as the parent.
        let call = request.child()?;
        call.run(|| {
            let _call = tracing::info_span!("charge", otel.kind = "client", peer = "payments").entered();
            let mut next = String::new();
            call.inject(|name, value| {
                if name == "traceparent" {
                    next.push_str(value);
                }
            });
            Ok(next)
        })
    })
}

/// One request per connection, without TLS.
#[derive(Debug)]
struct PlainHttp;

const PATIENCE: Option<Duration> = Some(Duration::from_secs(10));

#[async_trait::async_trait]
impl HttpClient for PlainHttp {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let uri = request.uri();
        let authority = uri.authority().ok_or("the endpoint has no host")?;
        let mut connection = TcpStream::connect((authority.host(), authority.port_u16().unwrap_or(80)))?;
        connection.set_read_timeout(PATIENCE)?;
        connection.set_write_timeout(PATIENCE)?;
        let mut head = format!(
            "{} {} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\ncontent-length: {}\r\n",
            request.method(),
            uri.path(),
            request.body().len()
        );
        for (name, value) in request.headers() {
            head.extend([name.as_str(), ": ", value.to_str()?, "\r\n"]);
        }
        head.push_str("\r\n");
        connection.write_all(head.as_bytes())?;
        connection.write_all(request.body())?;

        let mut answer = Vec::new();
        connection.read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").ok_or("the answer has no end")?;
        let status = str::from_utf8(&answer[..end])?.split(' ').nth(1).ok_or("the answer has no status")?;
        Ok(Response::builder().status(status).body(Bytes::from(answer.split_off(end + 4)))?)
    }
}
