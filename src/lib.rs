//! Krepis.
