//! How far the replicas of the Central Management store are. All servers read the one store of the organization, so a replica
//! has every change as soon as it is written.

use command::{Result, Value};
use directory::{Fault, NounCode, Work, moment};
use store::StoreError;
use values::Object;

use super::cs_server_version::VERSION;

pub static NOUN: NounCode = NounCode {
    noun: "CsManagementStoreReplicationStatus",
    heeds: &["ReplicaFqdn", "CentralManagementStoreStatus"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let read =
        work.directory.store.read(|reader| Ok::<_, StoreError>((reader.all("CsComputer")?, reader.last_change()?)));
    let (computers, changed) = match read {
        Ok(read) => read,
        Err(error) => return work.fail(&Fault::from(error)),
    };
    let changed = changed.map_or(Value::Null, moment);
    if work.bound.switch("CentralManagementStoreStatus") {
        let fqdns = computers.iter().map(|c| Value::from(c.name.as_str())).collect();
        let master = computers.first().map_or(Value::Null, |c| Value::from(c.name.as_str()));
        return work.session.write(Object::typed(
            "Microsoft.Rtc.Management.Xds.CentralManagementStoreStatusResult",
            [
                ("LastUpdatedOn", changed),
                ("ActiveMasterFqdn", master.clone()),
                ("ActiveReplicas", Value::array(fqdns)),
                ("ActiveFileTransferAgents", Value::array(vec![master])),
                ("DeletedReplicas", Value::array(Vec::new())),
            ],
        ));
    }
    let wanted = work.bound.str("ReplicaFqdn").filter(|f| !f.is_empty());
    let chosen: Vec<_> =
        computers.iter().filter(|c| wanted.as_ref().is_none_or(|w| c.name.eq_ignore_ascii_case(w))).collect();
    if let (Some(name), true) = (&wanted, chosen.is_empty()) {
        return work.fail(&Fault::no_document("Replica", name));
    }
    for computer in chosen {
        work.session.write(Object::typed(
            "Microsoft.Rtc.Management.Xds.ReplicaState",
            [
                ("UpToDate", Value::Bool(true)),
                ("ReplicaFqdn", Value::from(computer.name.as_str())),
                ("LastStatusReport", changed.clone()),
                ("LastUpdateCreation", changed.clone()),
                ("ProductVersion", Value::from(VERSION)),
            ],
        ))?;
    }
    Ok(())
}
