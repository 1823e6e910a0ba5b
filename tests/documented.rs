//! Command lines as the products' documentation prints them, piped and bare, and their misuse: one clear error with its id, and
//! the organisation is as it was.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const SHELL: &str = env!("CARGO_BIN_EXE_dialtone");

/// An organisation deployed by the runbook.
struct Deployed(PathBuf);

impl Drop for Deployed {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Deployed {
    fn new() -> Deployed {
        let home = std::env::temp_dir().join(format!("dialtone-documented-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&home);
        let deployed = Deployed(home);
        let runbook = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/runbooks/um-deployment.ps1");
        for _ in 0..2 {
            let output = deployed.run(&format!("& '{runbook}' | Out-Null"));
            assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        deployed
    }

    fn run(&self, text: &str) -> Output {
        Command::new(SHELL)
            .args(["-NoProfile", "-NonInteractive", "-Command", text])
            .env("DIALTONE_HOME", &self.0)
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .expect("the shell starts")
    }

    /// What a command line prints; it must not write errors.
    fn prints(&self, text: &str) -> String {
        let output = self.run(text);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && errors.is_empty(), "{text}: {errors}");
        String::from_utf8(output.stdout).expect("text").trim().to_string()
    }

    /// Everything that the organisation's objects say, but for the times of changes.
    fn state(&self) -> String {
        self.prints(
            "Get-UMDialPlan | Select-Object * -ExcludeProperty When* | ConvertTo-Json -Depth 4
             Get-UMHuntGroup | Select-Object * -ExcludeProperty When* | ConvertTo-Json -Depth 4
             Get-UMMailboxPolicy | Select-Object * -ExcludeProperty When* | ConvertTo-Json -Depth 4
             Get-UMMailbox | Select-Object * -ExcludeProperty When* | ConvertTo-Json -Depth 4
             Get-CsVoiceRoute | ConvertTo-Json -Depth 4
             Get-CsVoicePolicy | ConvertTo-Json -Depth 4
             Get-CsOAuthConfiguration | ConvertTo-Json -Depth 4
             Get-CsUser | ConvertTo-Json -Depth 4",
        )
    }
}

/// A misuse, its FullyQualifiedErrorId, and its message.
const REFUSED: &[(&str, &str, &str)] = &[
    // A misspelt parameter.
    (
        "Get-UMDialPlan -Identty Redmond",
        "NamedParameterNotFound,Get-UMDialPlan",
        "A parameter cannot be found that matches parameter name 'Identty'.",
    ),
    (
        "Set-CsOAuthConfiguration -ExchangeAutodiscoverUri https://x",
        "NamedParameterNotFound,Set-CsOAuthConfiguration",
        "A parameter cannot be found that matches parameter name 'ExchangeAutodiscoverUri'.",
    ),
    // A duplicate name.
    (
        "New-UMDialPlan -Name RedmondDialPlan -NumberOfDigitsInExtension 4 -CountryOrRegionCode 1",
        "9CDB3F08,Microsoft.Exchange.Management.Tasks.UM.NewUMDialPlan",
        "Active Directory operation failed. The object 'CN=RedmondDialPlan,CN=UM DialPlan Container,CN=First Organization,CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=contoso,DC=com' already exists.",
    ),
    ("New-CsVoicePolicy -Identity Global", "ObjectAlreadyExists,New-CsVoicePolicy", "\"Global\" already exists."),
    // A broken link.
    (
        "New-UMHuntGroup -Name Lobby -PilotIdentifier 5000 -UMDialPlan NoSuchPlan -UMIPGateway pool01",
        "83A25FCB,Microsoft.Exchange.Management.Tasks.UM.NewUMHuntGroup",
        "The operation couldn't be performed because object 'NoSuchPlan' couldn't be found on 'dc01.contoso.com'.",
    ),
    (
        "New-UMMailboxPolicy -Name Visitors -UMDialPlan NoSuchPlan",
        "83A25FCB,Microsoft.Exchange.Management.Tasks.UM.NewUMMailboxPolicy",
        "The operation couldn't be performed because object 'NoSuchPlan' couldn't be found on 'dc01.contoso.com'.",
    ),
    (
        "New-CsVoiceRoute -Identity Coast -NumberPattern '^\\+1206' -PstnUsages NoSuchUsage",
        "PstnUsageNotFound,New-CsVoiceRoute",
        "\"NoSuchUsage\" is not a PSTN usage: add it with Set-CsPstnUsage first.",
    ),
    // What others refer to stays.
    (
        "Remove-UMDialPlan RedmondDialPlan -Confirm:$false",
        "92098518,Microsoft.Exchange.Management.Tasks.UM.RemoveUMDialPlan",
        "The UMDialPlan 'RedmondDialPlan' can't be removed because it is still referenced by the UMMailboxPolicy 'RedmondDialPlan Default Policy'.",
    ),
    // An unknown identity.
    (
        "Get-UMDialPlan -Identity NoSuchPlan",
        "83A25FCB,Microsoft.Exchange.Management.Tasks.UM.GetUMDialPlan",
        "The operation couldn't be performed because object 'NoSuchPlan' couldn't be found on 'dc01.contoso.com'.",
    ),
    (
        "'NoSuchUser' | Set-UMMailbox -UMMailboxPolicy x",
        "359231B2,Microsoft.Exchange.Management.Tasks.UM.SetUMMailbox",
        "The operation couldn't be performed because object 'NoSuchUser' couldn't be found on 'dc01.contoso.com'.",
    ),
    (
        "Get-CsVoiceRoute -Identity NoSuchRoute",
        "ObjectNotFound,Get-CsVoiceRoute",
        "Cannot find \"Route\" \"NoSuchRoute\" because it does not exist.",
    ),
    (
        "Set-CsVoicePolicy -Identity NoSuchPolicy -Description x",
        "ObjectNotFound,Set-CsVoicePolicy",
        "Cannot find \"VoicePolicy\" \"Tag:NoSuchPolicy\" because it does not exist.",
    ),
    // A value out of its range.
    (
        "New-UMDialPlan -Name Long -NumberOfDigitsInExtension 21 -CountryOrRegionCode 1",
        "PropertyOutOfRange,New-UMDialPlan",
        "The property value you specified, \"21\", isn't valid. The value must be between 1 and 20. Property Name: NumberOfDigitsInExtension",
    ),
];

#[test]
fn documented_lines_work_and_their_misuse_is_refused() {
    let deployed = Deployed::new();
    let table = deployed.prints("Get-UMDialPlan");
    let (heads, row) = (table.lines().next().expect("heads"), table.lines().nth(2).expect("a row"));
    assert_eq!(
        heads.split_whitespace().collect::<Vec<_>>(),
        ["Name", "NumberOfDigitsInExtension", "URIType", "UMServers", "UMMailboxPolicies"]
    );
    assert!(row.starts_with("RedmondDialPlan 4") && row.contains("SipName {ex01}"), "{row}");

    let list = deployed.prints("Get-UMDialPlan | Format-List");
    for line in
        ["VoIPSecurity                            : Secured", "ObjectState                             : Unchanged"]
    {
        assert!(list.contains(line), "{line} is missing in\n{list}");
    }

    let url = "https://autodiscover.contoso.com/autodiscover/autodiscover.svc";
    assert_eq!(deployed.prints(&format!("Set-CsOAuthConfiguration -ExchangeAutodiscoverUrl \"{url}\"")), "");
    assert_eq!(deployed.prints("(Get-CsOAuthConfiguration).ExchangeAutodiscoverUrl"), url);
    // A list wraps what does not fit into its line.
    assert!(deployed.prints("Get-CsOAuthConfiguration").replace([' ', '\n'], "").contains(url));

    assert_eq!(
        deployed
            .prints("Get-UMMailbox | Where-Object { $_.Extensions -contains '1001' } | Select-Object Name, UMDialPlan"),
        "Name      UMDialPlan\n----      ----------\nKim Akers RedmondDialPlan"
    );

    let before = deployed.state();
    assert!(before.contains("RedmondDialPlan"), "{before}");
    let mut faults = Vec::new();
    for (line, id, message) in REFUSED {
        let output = deployed.run(&format!(
            "$Error.Clear(); {line} 2>$null; $Error | ForEach-Object {{ $_.FullyQualifiedErrorId; $_.Exception.Message }}"
        ));
        let printed = String::from_utf8_lossy(&output.stdout);
        let wanted = format!("{id}\n{message}\n");
        if printed != wanted {
            faults.push(format!("{line}\nwanted {wanted}got    {printed}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(deployed.state(), before, "a refused command changed the organisation");
}
