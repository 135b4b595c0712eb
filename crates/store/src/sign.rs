//! The newsroom's own key, which signs what is handed on. It says that two exports come from one
//! newsroom, and nothing of who that is. Never leaves the newsroom's folder.

use crate::StoreError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

/// The file below the newsroom's folder: a private key as PKCS #8.
const KEY_FILE: &str = "signing-key.p8";
/// What stands before a P-256 point in a SubjectPublicKeyInfo (RFC 5480), the form in which
/// browsers import keys.
const P256_KEY_INFO: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// An ECDSA key on P-256.
pub(crate) struct SigningKey {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl SigningKey {
    /// The key in `dir`, made where there is none.
    pub(crate) fn load_or_make(dir: &Path) -> Result<Self, StoreError> {
        let path = dir.join(KEY_FILE);
        let fail = |source| StoreError::File { path: path.clone(), source };
        let unfit = |_unspecified| StoreError::BadKey { path: path.clone() };
        let random = SystemRandom::new();
        let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
        if !path.exists() {
            let made = EcdsaKeyPair::generate_pkcs8(kind, &random).map_err(unfit)?;
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(&path) {
                Ok(mut file) => {
                    file.write_all(made.as_ref()).and_then(|()| file.sync_all()).map_err(fail)?;
                }
                // Another export made one at the same time.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(source) => return Err(fail(source)),
            }
        }
        let bytes = std::fs::read(&path).map_err(fail)?;
        let pair = EcdsaKeyPair::from_pkcs8(kind, &bytes, &random)
            .map_err(|_rejected| StoreError::BadKey { path: path.clone() })?;
        Ok(Self { pair, random })
    }

    /// The signature over a text, in the form that browsers verify (both numbers, one after the
    /// other), in base 64.
    pub(crate) fn sign(&self, text: &str) -> Result<String, StoreError> {
        let signature = self
            .pair
            .sign(&self.random, text.as_bytes())
            .map_err(|_unspecified| StoreError::NotSigned)?;
        Ok(STANDARD.encode(signature.as_ref()))
    }

    /// The public key in base 64.
    pub(crate) fn public_key(&self) -> String {
        STANDARD.encode([&P256_KEY_INFO, self.pair.public_key().as_ref()].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    #[test]
    fn the_key_stays_and_its_signatures_hold() {
        let dir = tempfile::tempdir().unwrap();
        let key = SigningKey::load_or_make(dir.path()).unwrap();
        let signature = STANDARD.decode(key.sign("sha256:ab").unwrap()).unwrap();
        let again = SigningKey::load_or_make(dir.path()).unwrap();
        assert_eq!(again.public_key(), key.public_key());
        let info = STANDARD.decode(again.public_key()).unwrap();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &info[P256_KEY_INFO.len()..]);
        assert!(public.verify(b"sha256:ab", &signature).is_ok());
        assert!(public.verify(b"sha256:ac", &signature).is_err());
    }

    #[test]
    fn a_file_that_is_no_key_is_named() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(KEY_FILE), b"no key").unwrap();
        let error = SigningKey::load_or_make(dir.path()).err().unwrap();
        assert!(error.to_string().contains(KEY_FILE), "{error}");
    }
}
