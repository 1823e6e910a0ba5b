//! Import-CsAnnouncementFile: a sound for announcements, kept with the service that plays it.

use command::Result;
use directory::{Fault, NounCode, Work, verb};
use store::Draft;

pub static NOUN: NounCode = NounCode {
    noun: "CSAnnouncementFile",
    heeds: &["Parent", "FileName", "Content"],
    verbs: &[("Import", import)],
    ..NounCode::PLAIN
};

fn import(work: &mut Work) -> Result<()> {
    let (parent, name) = (verb::text(work, "Parent"), verb::text(work, "FileName"));
    let content = work.bound.value("Content");
    let bytes: Option<Vec<u8>> = content
        .as_array()
        .map(|a| a.to_vec().iter().filter_map(|v| u8::try_from(v.as_i64()?).ok()).collect())
        .filter(|bytes: &Vec<u8>| bytes.starts_with(b"RIFF") || !name.to_lowercase().ends_with(".wav"));
    let Some(bytes) = bytes.filter(|b| !b.is_empty()) else {
        let text = format!("The content of {name} is no sound of the form WAV or WMA.");
        return work.fail(&Fault::argument("AnnouncementContent", text).at(&name));
    };
    let pool = parent.rsplit(':').next().unwrap_or_default().to_owned();
    let pool = match work.target("CsPool", &command::Value::from(pool.as_str())) {
        Ok(pool) => pool,
        Err(fault) => return work.fail(&fault),
    };
    // Only the file's own name counts: the service's folder is where it lies.
    let file = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    if !work.should(&format!("ApplicationServer:{}/{file}", pool.name))? {
        return Ok(());
    }
    let folder = work.session.home().join("announcements").join(&pool.name);
    let path = folder.join(&file);
    if let Err(error) = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, &bytes)) {
        return work.fail(&Fault::state("AnnouncementFile", format!("{}: {error}", path.display())));
    }
    work.write(|writer, _| {
        let full = format!("Service:ApplicationServer:{}/{file}", pool.name);
        writer.put(
            Draft::new("CsAnnouncementFile", "", &full)
                .with("Path", path.display().to_string())
                .with("Size", bytes.len()),
        )?;
        Ok(())
    })?;
    Ok(())
}
