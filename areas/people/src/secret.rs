//! Random secrets. Only their hashes are stored; people see them once.

use access::Fault;
use store::StoreError;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Random characters of a token; 62^32 is 190 bits.
const LENGTH: usize = 32;
const CHECK_LENGTH: usize = 6;

fn bytes<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| StoreError::Unavailable(format!("no randomness: {e}")))?;
    Ok(bytes)
}

/// 32 letters and digits.
pub fn random() -> Result<String, Fault> {
    let mut text = String::with_capacity(LENGTH);
    while text.len() < LENGTH {
        // 248 is the largest multiple of 62 in a byte: what lies above would favour the first letters.
        let fair = bytes::<48>()?.into_iter().filter(|byte| *byte < 248);
        text.extend(fair.take(LENGTH - text.len()).map(|byte| char::from(BASE62[usize::from(byte % 62)])));
    }
    Ok(text)
}

/// `<prefix><32 letters and digits><check>`: recognised by secret scanners, which verify the check without asking us.
pub(crate) fn token(prefix: &str) -> Result<String, Fault> {
    let body = format!("{prefix}{}", random()?);
    let check = check(&body);
    Ok(body + &check)
}

/// CRC-32 of what stands before it, in base 62.
fn check(body: &str) -> String {
    let mut rest = crc32fast::hash(body.as_bytes());
    let mut digits = [b'0'; CHECK_LENGTH];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[(rest % 62) as usize];
        rest /= 62;
    }
    digits.iter().copied().map(char::from).collect()
}

/// What a session cookie holds: 32 random bytes.
pub(crate) fn cookie() -> Result<String, Fault> {
    use base64::Engine;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes::<32>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_carry_their_check() {
        let (one, two) = (token("thl_pat_").unwrap(), token("thl_pat_").unwrap());
        assert_ne!(one, two);
        assert_eq!(one.len(), "thl_pat_".len() + LENGTH + CHECK_LENGTH);
        let (body, sum) = one.split_at(one.len() - CHECK_LENGTH);
        assert_eq!(check(body), sum);
        assert_ne!(check(&body.replacen("thl", "thx", 1)), sum);
    }

    #[test]
    fn a_cookie_holds_256_bits() {
        assert_eq!(cookie().unwrap().len(), 43);
    }
}
