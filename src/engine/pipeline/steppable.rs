//! Steppable pipelines, which proxy commands use.

use values::{Result, Value};

use crate::runspace::Runspace;

/// `$block.GetSteppablePipeline()`.
pub fn make(_runspace: &mut Runspace, _block: &Value) -> Result {
    crate::errors::invalid_operation("SteppablePipelineNotSupported", "Steppable pipelines are not supported.").throw()
}
