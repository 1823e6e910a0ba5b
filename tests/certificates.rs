//! The drive of certificates, modules of the commands of sessions, and the one COM object that runbooks use: on an organization
//! made from a template.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn run(folder: &Path, script: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_dialtone"))
        .args(["-NoProfile", "-NonInteractive", "-Command", script])
        .current_dir(folder)
        .env("HOME", folder)
        .env("DIALTONE_HOME", folder.join("home"))
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .expect("the shell runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    text.trim().replace('\n', "|")
}

#[test]
fn certificates_by_drive_and_commands_by_session() {
    let folder: PathBuf = std::env::temp_dir().join(format!("dialtone-certificates-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder to run in");
    // Without an organization there is no such drive, as on Linux.
    assert_eq!(
        run(&folder, "Test-Path Cert:\\; @(Get-PSProvider | Where-Object Name -eq Certificate).Count"),
        "False|0"
    );
    run(&folder, "$null = New-DialtoneOrganization -Template TwoSites");
    let made = "$c = New-SelfSignedCertificate -DnsName um.contoso.com, sip.contoso.com -CertStoreLocation Cert:\\LocalMachine\\My -FriendlyName Lab\n";
    for (script, wanted) in [
        ("(Get-ChildItem Cert:\\).PSChildName", "CurrentUser|LocalMachine"),
        (
            "(Get-ChildItem Cert:\\LocalMachine\\My -DnsName um.* | Where-Object Thumbprint -eq $c.Thumbprint).FriendlyName",
            "Lab",
        ),
        (
            "$i = Get-Item \"Cert:\\LocalMachine\\My\\$($c.Thumbprint)\"; $i.HasPrivateKey; \"$($i.DnsNameList)\"; $i.EnhancedKeyUsageList[0].FriendlyName; $i.PSParentPath",
            "True|um.contoso.com sip.contoso.com|Server Authentication|Microsoft.PowerShell.Security\\Certificate::LocalMachine\\My",
        ),
        (
            "@(Get-ChildItem Cert:\\LocalMachine\\My -ExpiringInDays 5 | Where-Object Thumbprint -eq $c.Thumbprint).Count; @(Get-ChildItem Cert:\\ -Recurse -ExpiringInDays 4000 | Where-Object Thumbprint -eq $c.Thumbprint).Count",
            "0|1",
        ),
        (
            "@(Get-ChildItem Cert:\\ -Recurse -CodeSigningCert).Count; @(Get-ChildItem Cert:\\ -Recurse -SSLServerAuthentication | Where-Object Thumbprint -eq $c.Thumbprint).Count",
            "0|1",
        ),
        (
            "Set-Location Cert:\\LocalMachine\\My; \"$PWD\"; (Get-Item $c.Thumbprint).Subject; Set-Location ..; \"$PWD\"; Set-Location \\; \"$PWD\"",
            "Cert:\\LocalMachine\\My|CN=um.contoso.com|Cert:\\LocalMachine|Cert:\\",
        ),
        (
            "$p = \"Cert:\\LocalMachine\\My\\$($c.Thumbprint)\"; Move-Item $p Cert:\\LocalMachine\\Trust; Test-Path $p; Test-Path $p.Replace('My', 'Trust')",
            "False|True",
        ),
        ("$p = \"Cert:\\LocalMachine\\My\\$($c.Thumbprint)\"; Remove-Item $p -DeleteKey; Test-Path $p", "False"),
        (
            "(Get-ChildItem Cert:\\LocalMachine\\Root).Subject; try { Get-Item Cert:\\LocalMachine\\My\\NONE -ErrorAction Stop } catch { \"$_\" }",
            "CN=contoso-CA|Cannot find path 'Cert:\\LocalMachine\\My\\NONE' because it does not exist.",
        ),
    ] {
        assert_eq!(run(&folder, &format!("{made}{script}")), wanted, "{script}");
    }
    let session = "$s = New-PSSession -ComputerName ex01.contoso.com\n$d = Join-Path $HOME far\n";
    for (script, wanted) in [
        (
            "$m = Import-PSSession $s -Prefix Far -CommandName Get-Date, Get-UMDialPlan; ($m.ExportedCommands.Keys | Sort-Object) -join ','; (Get-FarDate -Year 2020).Year",
            "Get-FarDate,Get-FarUMDialPlan|2020",
        ),
        (
            "Export-PSSession $s -OutputModule $d -CommandName Get-Date -AllowClobber | ForEach-Object Name",
            "far.psm1|far.format.ps1xml|far.psd1",
        ),
        (
            "try { Export-PSSession $s -OutputModule $d -CommandName Get-Date } catch { $_.FullyQualifiedErrorId }",
            "ExportProxyCommand_OutputDirectoryExists,Microsoft.PowerShell.Commands.ExportPSSessionCommand",
        ),
        ("Import-Module $d -Prefix Re; (Get-ReDate -Year 2021).Year", "2021"),
        (
            "$w = New-Object -ComObject WScript.Shell; $w.Popup('Done', 0, 'Runbook', 64); $w.ExpandEnvironmentStrings('%HOME%') -eq $HOME",
            "Runbook: Done|1|True",
        ),
    ] {
        assert_eq!(run(&folder, &format!("{session}{script}")), wanted, "{script}");
    }
    let _ = std::fs::remove_dir_all(&folder);
}

#[test]
fn certificates_say_what_they_are_told_to() {
    let folder: PathBuf = std::env::temp_dir().join(format!("dialtone-certificate-forms-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder to run in");
    run(&folder, "New-DialtoneOrganization | Out-Null");
    let made = "New-SelfSignedCertificate -CertStoreLocation Cert:\\CurrentUser\\My -Type Custom";
    for (parameters, asked, expected) in [
        (
            "-Subject 'E=p@contoso.com,CN=Patti Fuller' -TextExtension '2.5.29.17={text}email=p@contoso.com&upn=p@contoso.com' -SmimeCapabilities",
            "$c.Extensions.Oid.Value -contains '1.2.840.113549.1.9.15'; $c.Subject",
            "True|CN=Patti Fuller, E=p@contoso.com",
        ),
        ("-Subject 'CN=Patti,DC=corp,DC=contoso,DC=com'", "$c.Subject", "DC=com, DC=contoso, DC=corp, CN=Patti"),
        ("-Subject CN=a -KeyAlgorithm ECDSA_nistP256 -CurveExport CurveName", "$c.RawData.Length -gt 500", "False"),
        (
            "-Subject CN=a -KeyAlgorithm ECDSA_nistP256 -CurveExport CurveParameters",
            "$c.RawData.Length -gt 500",
            "True",
        ),
    ] {
        let script = format!("$c = {made} {parameters}; {asked}");
        assert_eq!(run(&folder, &script), expected, "{parameters}");
    }
    let _ = std::fs::remove_dir_all(&folder);
}
