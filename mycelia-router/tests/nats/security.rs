//! Who we are, and whom we talk to.

use mycelia_router::nats::{Nats, NatsError, Status};

use super::server::Server;

async fn refusal(url: &str) -> String {
    let error = Nats::connect(url).await.unwrap_err();
    assert!(matches!(error, NatsError::Connect { .. }));
    error.to_string()
}

#[tokio::test]
async fn names_and_passwords_are_in_the_url() {
    let server = Server::start_with("password", "authorization { user: ada, password: \"p@ss\" }");
    let address = server.address();
    let nats = Nats::connect(&format!("nats://ada:p%40ss@{address}")).await.unwrap();
    assert_eq!(nats.status(), Status::Connected);
    Nats::builder(&server.url()).user_and_password("ada", "p@ss").connect().await.unwrap();
    let error = refusal(&format!("nats://ada:wr0ng@{address}")).await;
    assert!(error.starts_with(&format!("cannot connect to NATS at nats://{address}: ")), "{error}");
    assert!(error.contains("authorization violation") && !error.contains("wr0ng"), "{error}");
}

#[tokio::test]
async fn tokens_too() {
    let server = Server::start_with("token", "authorization { token: s3cret }");
    Nats::connect(&format!("nats://s3cret@{}", server.address())).await.unwrap();
    Nats::builder(&server.url()).token("s3cret").connect().await.unwrap();
    refusal(&server.url()).await;
}

#[tokio::test]
async fn no_server_is_an_error() {
    let mut server = Server::start("none");
    server.kill();
    let error = refusal(&server.url()).await;
    assert!(error.starts_with(&format!("cannot connect to NATS at {}: ", server.url())), "{error}");
}

#[tokio::test]
async fn certificates_are_checked_both_ways() {
    let folder = Server::start("tls").folder().to_owned();
    let ours = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let theirs = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    for (name, made) in [("ours", &ours), ("theirs", &theirs)] {
        std::fs::write(folder.join(format!("{name}.crt")), made.cert.pem()).unwrap();
        std::fs::write(folder.join(format!("{name}.key")), made.signing_key.serialize_pem()).unwrap();
    }
    let path = |name: &str| folder.join(name).display().to_string();
    let config = format!(
        "tls {{ cert_file: {:?}, key_file: {:?}, ca_file: {:?}, verify: true }}",
        path("ours.crt"),
        path("ours.key"),
        path("theirs.crt"),
    );
    let server = Server::start_with("tls-server", &config);
    let url = format!("tls://{}", server.address());
    let builder = || Nats::builder(&url).root_certificates(path("ours.crt"));
    let nats = builder().client_certificate(path("theirs.crt"), path("theirs.key")).connect().await.unwrap();
    nats.flush().await.unwrap();
    let stranger = Nats::builder(&url).root_certificates(path("theirs.crt")).connect().await;
    assert!(stranger.unwrap_err().to_string().contains("certificate"), "the server is not whom we know");
    builder().connect().await.unwrap_err();
}
