//! Get-PSReadLineOption.

use command::{Bound, Cmdlet, Command, LineSettings, NativeObject, Result, Session, Value};

pub static COMMAND: Command = Command { name: "Get-PSReadLineOption", create: || Box::new(GetPsReadLineOption) };

struct GetPsReadLineOption;

impl Cmdlet for GetPsReadLineOption {
    fn end(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        let s = LineSettings::of(session);
        let text = |t: &str| Value::from(t);
        let file = session.home().join("history.db").display().to_string();
        let mut pairs: Vec<(String, Value)> = vec![
            ("EditMode".into(), Value::from(format!("{:?}", s.edit_mode))),
            ("AddToHistoryHandler".into(), s.add_to_history.clone()),
            ("HistoryNoDuplicates".into(), Value::Bool(s.no_duplicates)),
            ("HistorySavePath".into(), Value::from(file)),
            ("HistorySaveStyle".into(), text(if s.saves_history { "SaveIncrementally" } else { "SaveNothing" })),
            ("MaximumHistoryCount".into(), Value::I32(s.maximum_history)),
            ("ContinuationPrompt".into(), Value::Str(s.continuation_prompt.clone())),
            ("ShowToolTips".into(), Value::Bool(s.shows_tips)),
            ("PredictionSource".into(), Value::from(format!("{:?}", s.prediction_source))),
            ("PredictionViewStyle".into(), Value::from(format!("{:?}", s.prediction_view))),
            ("BellStyle".into(), Value::from(format!("{:?}", s.bell))),
            ("EnableScreenReaderMode".into(), Value::Bool(s.is_spoken)),
            ("AutoIndent".into(), Value::Bool(s.indents)),
        ];
        for (name, code) in &s.colors {
            pairs.push((format!("{name}Color"), Value::Str(code.clone())));
        }
        let pairs = pairs.iter().map(|(n, v)| (n.as_str(), v.clone())).collect();
        session.write(NativeObject::of("Microsoft.PowerShell.PSConsoleReadLineOptions", pairs))
    }
}
