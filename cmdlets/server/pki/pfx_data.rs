//! Get-PfxData: what a file of certificates and keys holds, without taking it in.

use command::{Result, Value};
use directory::{NounCode, Work};
use values::Object;
use values::types::security::{certificate, pkcs12};

use super::chosen;
use super::pfx_certificate::{password, unreadable};

pub static NOUN: NounCode =
    NounCode { noun: "PfxData", heeds: &["FilePath", "Password"], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let bytes = match chosen::read(work)? {
        Ok(bytes) => bytes,
        Err(fault) => return work.fail(&fault),
    };
    let rows = pkcs12::read(&bytes, &password(work)).map_err(|f| unreadable(&f)).map(|contents| {
        let all: Vec<Value> = contents.certificates.into_iter().map(certificate::make).collect();
        let (own, others) = all.split_at(usize::from(contents.key.is_some()).min(all.len()));
        vec![Object::typed(
            "Microsoft.CertificateServices.Commands.PfxData",
            [
                ("OtherCertificates", Value::array(others.to_vec())),
                ("EndEntityCertificates", Value::array(own.to_vec())),
            ],
        )]
    });
    work.answer(rows)
}
