//! The first start: one question, three commands worth trying, and never again.

use std::path::Path;

use crate::session::Session;

/// Asks which organization to begin with. What was answered, or that nothing was, is not asked again.
const QUESTION: &str = r"
& {
    $templates = 'SmallOffice', 'TwoSites', 'Hybrid', 'CloudConnector'
    $choices = [System.Management.Automation.Host.ChoiceDescription[]]@(
        [System.Management.Automation.Host.ChoiceDescription]::new('&Small office', 'One site: an Exchange server, a pool, a gateway, four people.')
        [System.Management.Automation.Host.ChoiceDescription]::new('&Two sites', 'A pool and a gateway in each, two Exchange servers.')
        [System.Management.Automation.Host.ChoiceDescription]::new('&Hybrid', 'Servers of your own and a tenant.')
        [System.Management.Automation.Host.ChoiceDescription]::new('&Cloud Connector', 'A tenant whose calls leave by a Cloud Connector.')
        [System.Management.Automation.Host.ChoiceDescription]::new('&Nothing yet', 'New-DialtoneOrganization makes one later.')
    )
    $answer = $Host.UI.PromptForChoice('Welcome to dialtone', 'Which organization do you want to begin with? Type its letter, or ? for what each of them is.', $choices, 0)
    if ($answer -ge 0 -and $answer -lt $templates.Count) {
        $null = New-DialtoneOrganization -Template $templates[$answer]
    }
    ''
    'Worth trying:'
    if ($answer -ge $templates.Count) { '  New-DialtoneOrganization -Template SmallOffice    an organization to work on' }
    else { '  Show-DialtoneTopology        what there is' }
    '  Get-Lab                      labs to learn in; Start-Lab begins one'
    '  Get-Help about_Dialtone      how it all hangs together'
    ''
}";

/// Says welcome where nobody has been here before.
pub fn say(session: &mut Session, home: &Path) {
    let mark = home.join("welcomed");
    if mark.exists() || home.join("organization.db").exists() {
        return;
    }
    // Where the mark cannot be left the question would come back each time.
    if std::fs::create_dir_all(home).and_then(|()| std::fs::write(&mark, "")).is_ok() {
        session.run_text(QUESTION, None);
    }
}
