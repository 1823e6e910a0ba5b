//! The telephony service as cmdlets reach it: started when it does not run, and waited for until it knows the store's present state.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use crate::{Fault, Work};
use command::{ErrorCategory, ProgressRecord, Str};
use control::{CallResult, Client, ControlError, Probe, ProbeResult, TestCall};

/// A failure of the service's line as a refusal.
pub fn service_fault(error: &ControlError) -> Fault {
    let id = match error {
        ControlError::NotRunning => "ServiceNotRunning",
        ControlError::Start(_) => "ServiceNotStarted",
        ControlError::Timeout => "ServiceTimeout",
        ControlError::Refused(_) => "ServiceRefused",
        _ => "ServiceFailed",
    };
    Fault::new("ServiceException", id, ErrorCategory::ResourceUnavailable, error.to_string())
}

/// A line to the service, whose configuration is as new as the store.
pub fn service(work: &mut Work) -> Result<Client, Fault> {
    let home = work.session.home();
    let version = work.directory.store.sequence()?;
    let mut client = control::ensure_service(&home).map_err(|e| service_fault(&e))?;
    client.wait_ready(version, 30).map_err(|e| service_fault(&e))?;
    Ok(client)
}

/// What came of something that the service tried. Progress is written meanwhile.
pub fn probe(work: &mut Work, probe: Probe) -> Result<ProbeResult, Fault> {
    let status = format!("Asking {}", if probe.target.is_empty() { &probe.user } else { &probe.target });
    watched(work, &status, move |client| client.probe(probe))
}

/// Places a call and waits for its end. Progress is written meanwhile.
pub fn place_call(work: &mut Work, call: TestCall) -> Result<CallResult, Fault> {
    let status = format!("Calling {}", call.to);
    watched(work, &status, move |client| client.test_call(call))
}

/// How often progress is told, and whether the pipeline was stopped is looked at.
const BEAT: Duration = Duration::from_millis(250);

/// Asks the service for something that takes its time, and says how long it takes so far.
fn watched<T: Send + 'static>(
    work: &mut Work,
    status: &str,
    ask: impl FnOnce(&mut Client) -> Result<T, ControlError> + Send + 'static,
) -> Result<T, Fault> {
    let mut record = ProgressRecord {
        activity: Some(Str::from(work.session.command().name.as_str())),
        status: Some(Str::from("Starting the service")),
        percent: -1,
        seconds: -1,
        parent: -1,
        ..ProgressRecord::default()
    };
    // Progress that cannot be shown is no reason to end the call.
    let _ = work.session.write_progress(&record);
    let result = service(work).and_then(|client| {
        let (begun, answer) = (Instant::now(), answer_of(client, ask));
        loop {
            record.status = Some(Str::from(format!("{status}, {} s", begun.elapsed().as_secs())));
            let _ = work.session.write_progress(&record);
            match answer.recv_timeout(BEAT) {
                Ok(result) => return result.map_err(|e| service_fault(&e)),
                Err(RecvTimeoutError::Disconnected) => return Err(service_fault(&ControlError::Closed)),
                Err(RecvTimeoutError::Timeout) if work.session.sleep(Duration::ZERO).is_err() => {
                    let text = "The test was stopped; what the service began ends by itself.";
                    return Err(Fault::new("ServiceException", "TestStopped", ErrorCategory::OperationStopped, text));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    });
    let _ = work.session.write_progress(&ProgressRecord { is_completed: true, ..record });
    result
}

/// Asks on a thread of its own: the shell tells meanwhile how it goes, and can be stopped.
fn answer_of<T: Send + 'static>(
    mut client: Client,
    ask: impl FnOnce(&mut Client) -> Result<T, ControlError> + Send + 'static,
) -> Receiver<Result<T, ControlError>> {
    let (sender, answer) = channel();
    std::thread::spawn(move || {
        // Who asked may have been stopped.
        let _ = sender.send(ask(&mut client));
    });
    answer
}
