//! TLS for https: which certificates are trusted, and what a failed handshake is called.

use std::io;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::error::FetchError;

/// The configuration that all https connections share.
pub(super) struct Tls {
    connector: TlsConnector,
}

impl Tls {
    /// Reads the trusted certificates: the system's (or those of `SSL_CERT_FILE` and `SSL_CERT_DIR`), Mozilla's where
    /// the system has none, and those of `NODE_EXTRA_CA_CERTS` on top.
    pub(super) fn load() -> Self {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let chosen = ["SSL_CERT_FILE", "SSL_CERT_DIR"].iter().any(|name| std::env::var_os(name).is_some());
        if roots.is_empty() && !chosen {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        if let Some(path) = std::env::var_os("NODE_EXTRA_CA_CERTS")
            && let Ok(certificates) = CertificateDer::pem_file_iter(path)
        {
            roots.add_parsable_certificates(certificates.flatten());
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("because ring's provider has ciphers for the default versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Self { connector: TlsConnector::from(Arc::new(config)) }
    }

    /// The handshake as the client of `host`.
    pub(super) async fn connect(
        &self,
        host: &str,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, FetchError> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| FetchError::Tls {
            host: host.to_owned(),
            code: "ERR_TLS_CERT_ALTNAME_INVALID",
            reason: "no certificate can name this host".to_owned(),
        })?;
        self.connector.connect(name, stream).await.map_err(|error| failure(host, &error))
    }
}

/// Whether the server chose HTTP/2.
pub(super) fn chose_http2(stream: &TlsStream<TcpStream>) -> bool {
    stream.get_ref().1.alpn_protocol() == Some(b"h2")
}

fn failure(host: &str, error: &io::Error) -> FetchError {
    let (code, reason) = match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(error)) => (certificate_code(error), explain(error)),
        Some(error) => ("EPROTO", error.to_string()),
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            ("ECONNRESET", "the server closed the connection during the handshake".to_owned())
        }
        None if error.kind() == io::ErrorKind::ConnectionReset => {
            ("ECONNRESET", "the server reset the connection during the handshake".to_owned())
        }
        None => ("EPROTO", error.to_string()),
    };
    FetchError::Tls { host: host.to_owned(), code, reason }
}

/// OpenSSL's name for the error, which is what programs compare with; `CERT_INVALID` where it has none.
fn certificate_code(error: &CertificateError) -> &'static str {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "CERT_HAS_EXPIRED",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "CERT_NOT_YET_VALID",
        CertificateError::Revoked => "CERT_REVOKED",
        CertificateError::UnknownIssuer => "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        CertificateError::BadSignature => "CERT_SIGNATURE_FAILURE",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "ERR_TLS_CERT_ALTNAME_INVALID"
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "INVALID_PURPOSE"
        }
        _ => "CERT_INVALID",
    }
}

fn explain(error: &CertificateError) -> String {
    match error {
        CertificateError::UnknownIssuer => {
            "the certificate is signed by nobody trusted here (SSL_CERT_FILE or NODE_EXTRA_CA_CERTS name more)"
                .to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "the certificate has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the certificate is not valid yet".to_owned()
        }
        CertificateError::NotValidForName => "the certificate is for another name".to_owned(),
        CertificateError::BadSignature => "the certificate's signature is not its issuer's".to_owned(),
        error if error.to_string().contains("CaUsedAsEndEntity") => {
            "the certificate is a certificate authority's own; a server needs one that the authority signed".to_owned()
        }
        error => error.to_string(),
    }
}
