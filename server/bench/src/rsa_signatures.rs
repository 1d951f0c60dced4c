//! `rsa-signatures COUNT`: makes so many RSA-2048 signatures as the server makes them, with the same library, and prints
//! the milliseconds of processor time that they took. `scripts/measure-saml` holds the cost of a Response against it.
//!
//! Part of no release.

use std::hint::black_box;

use anyhow::{Context, Result};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

/// About as long as the `SignedInfo` of a Response.
const SIGNED_OCTETS: usize = 800;
/// What `/proc` counts in on every Linux.
const TICK_MILLISECONDS: u64 = 10;

fn main() -> Result<()> {
    let count: usize = std::env::args().nth(1).context("how many signatures?")?.parse()?;
    let key = RsaKeyPair::generate(KeySize::Rsa2048)?;
    let random = SystemRandom::new();
    let message = [b'x'; SIGNED_OCTETS];
    let mut signature = vec![0; key.public_modulus_len()];
    let before = processor_milliseconds()?;
    for _ in 0..count {
        key.sign(&RSA_PKCS1_SHA256, &random, black_box(&message), &mut signature)?;
        black_box(&signature);
    }
    println!("{}", processor_milliseconds()? - before);
    Ok(())
}

/// What this process has used in user and in kernel mode: fields 14 and 15 of proc(5).
fn processor_milliseconds() -> Result<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(')').context("/proc/self/stat has no name")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |field: usize| -> Result<u64> { Ok(fields.get(field).context("/proc/self/stat is short")?.parse()?) };
    Ok((ticks(11)? + ticks(12)?) * TICK_MILLISECONDS)
}
