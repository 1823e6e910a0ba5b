//! What administrators do with the organisation as a whole: identities and filters, policies, topology documents, roles, the log.

use std::path::PathBuf;
use std::process::{Command, Stdio};

struct Home(PathBuf);

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Home {
    fn new(name: &str) -> Home {
        let home = std::env::temp_dir().join(format!("dialtone-administration-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&home);
        std::fs::create_dir_all(&home).expect("a folder");
        Home(home)
    }

    /// What a script prints, with its errors as `ERR <id>`.
    fn prints(&self, text: &str) -> String {
        let script = format!(
            "$ErrorActionPreference = 'Continue'\n& {{ {text} }} 2>&1 | ForEach-Object {{ if ($_ -is [Management.Automation.ErrorRecord]) {{ 'ERR ' + $_.FullyQualifiedErrorId.Split(',')[0] }} else {{ \"$_\" }} }}"
        );
        let output = Command::new(env!("CARGO_BIN_EXE_dialtone"))
            .args(["-NoProfile", "-NonInteractive", "-Command", &script])
            .current_dir(&self.0)
            .env("DIALTONE_HOME", self.0.join("home"))
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .expect("the shell starts");
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        text.trim().replace('\n', "|")
    }

    fn check(&self, cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            assert_eq!(self.prints(text), *expected, "{text}");
        }
    }
}

#[test]
fn identities_and_filters() {
    let home = Home::new("filters");
    home.prints(&format!("& '{}/scripts/runbooks/um-deployment.ps1' | Out-Null", env!("CARGO_MANIFEST_DIR")));
    for identity in [
        "sip:kim@contoso.com",
        "KIM@contoso.com",
        "CONTOSO\\kim",
        "'CN=Kim Akers,CN=Users,DC=contoso,DC=com'",
        "'*Akers'",
        "(Get-User 'Kim Akers')",
        "(Get-Mailbox kim).Guid",
    ] {
        home.check(&[(&format!("(Get-CsUser -Identity {identity}).DisplayName"), "Kim Akers")]);
    }
    home.check(&[
        ("(Get-Mailbox (Get-Mailbox kim).LegacyExchangeDN).Name", "Kim Akers"),
        ("(Get-Mailbox 'contoso.com/Users/Kim Akers').Alias", "kim"),
        ("(Get-Mailbox -Filter \"Alias -eq 'kim' -or DisplayName -like 'P*'\").Alias", "kim|pilar"),
        ("$n = 'kim'; (Get-Mailbox -Filter {Alias -eq $n}).Alias", "kim"),
        ("$u = Get-CsUser kim; (Get-CsUser -Filter {SipAddress -eq $u.SipAddress}).SamAccountName", "kim"),
        ("(Get-Mailbox -Filter \"-not(Alias -like 'k*')\").Alias", "pilar|jonas"),
        ("@(Get-Mailbox -Filter \"WhenCreated -gt '01/01/2020'\").Count; @(Get-Mailbox -Filter \"WhenCreated -lt '01/01/2020'\").Count", "4|0"),
        ("Get-Mailbox -Filter \"NoSuchThing -eq 1\"", "ERR UnknownFilterProperty"),
        ("Get-Mailbox -Filter \"Alias -foo 1\"", "ERR InvalidFilter"),
        ("(Get-CsUser -LdapFilter '(&(cn=K*)(!(cn=Kim*)))').DisplayName", "Ken Myer"),
        ("(Get-Mailbox -SortBy DisplayName).Alias", "jonas|ken|kim|pilar"),
        ("(Get-Mailbox -ResultSize 2 -WarningAction SilentlyContinue).Alias", "kim|ken"),
        ("Set-UMDialPlan RedmondDialPlan -AccessTelephoneNumbers @{Add='+14255550110','+14255550111';Remove='+14255550100'}; (Get-UMDialPlan).AccessTelephoneNumbers", "+14255550110|+14255550111"),
        ("$p = Get-UMDialPlan; $p.AccessTelephoneNumbers += '+14255550112'; Set-UMDialPlan RedmondDialPlan -AccessTelephoneNumbers $p.AccessTelephoneNumbers; (Get-UMDialPlan).AccessTelephoneNumbers.Count", "3"),
        ("Set-UMDialPlan RedmondDialPlan -AccessTelephoneNumbers $null; (Get-UMDialPlan).AccessTelephoneNumbers.Count", "0"),
        ("Set-UMDialPlan RedmondDialPlan -AccessTelephoneNumbers @{Foo=1}", "ERR InvalidListChange"),
        ("Get-CsUser -DomainController nowhere", "ERR DomainControllerNotFound"),
        ("Get-CsUser -DomainController dc01.contoso.com | Measure-Object | ForEach-Object Count", "4"),
        ("Get-CsTenantFederationConfiguration -Tenant 6f2a6d5c-3c5e-4d52-9a6e-0d0c3b1a7e11", "ERR OrganizationNotFound"),
        // Policies: own, the site's, the global one.
        ("(Get-CsEffectivePolicy kim@contoso.com).VoicePolicy; Grant-CsVoicePolicy kim@contoso.com -PolicyName $null; (Get-CsEffectivePolicy kim@contoso.com).VoicePolicy", "Tag:RedmondUsers|Global"),
        ("$null = New-CsVoicePolicy -Identity Site:Redmond; (Get-CsEffectivePolicy kim@contoso.com).VoicePolicy", "Site:Redmond"),
        ("Remove-CsVoicePolicy Tag:RedmondUsers -Force; (Get-CsEffectivePolicy ken@contoso.com).VoicePolicy", "Site:Redmond"),
        ("Grant-CsVoicePolicy kim@contoso.com -PolicyName Nope", "ERR ObjectNotFound"),
        ("(Get-CsAdUser -Filter {Enabled -eq $true}).SamAccountName", "kim|ken|pilar|jonas"),
    ]);
}

#[test]
fn topology_documents() {
    let home = Home::new("topology");
    home.check(&[
        ("(New-DialtoneOrganization -Template TwoSites).Pools", "2"),
        ("Get-CsTopology -AsXml | Set-Content a.xml; ([xml](Get-Content a.xml -Raw)).Topology.Sites.CentralSite.Name", "Redmond|Dublin"),
        ("$null = Publish-CsTopology -FileName a.xml -WarningAction SilentlyContinue; (Get-CsTopology -AsXml).Trim() -eq (Get-Content a.xml -Raw).Trim()", "True"),
        (
            "(Get-Content a.xml -Raw) -replace '</Clusters>','<Cluster Fqdn=\"pool09.contoso.com\" SiteId=\"1\"><Machine Fqdn=\"fe09.contoso.com\" /></Cluster></Clusters>' -replace '</Services>','<Service RoleName=\"Registrar\" Cluster=\"pool09.contoso.com\" SiteId=\"1\" /></Services>' | Set-Content b.xml
             (Publish-CsTopology -FileName b.xml -BackupFileName c.xml -WarningAction SilentlyContinue).Pools",
            "pool01.contoso.com|pool02.contoso.com|pool09.contoso.com",
        ),
        (
            "Enable-CsUser 'Kim Akers' -RegistrarPool pool09.contoso.com -SipAddress sip:kim@contoso.com
             Publish-CsTopology -FileName c.xml",
            "ERR TopologyInUse",
        ),
        ("Disable-CsUser kim@contoso.com -Confirm:$false; (Publish-CsTopology -FileName c.xml -WarningAction SilentlyContinue).Pools.Count", "2"),
        ("(Test-CsTopology).Result; '<x/>' | Set-Content d.xml; Publish-CsTopology -FileName d.xml", "Success|ERR TopologyInvalid"),
        (
            "Export-CsConfiguration -FileName conf -Force; $null = New-CsVoicePolicy -Identity Gone
             Set-CsMediaConfiguration -EncryptionLevel SupportEncryption; Import-CsConfiguration -FileName conf -Force
             (Get-CsVoicePolicy).Identity; (Get-CsMediaConfiguration).EncryptionLevel; Import-CsConfiguration -FileName a.xml -Force",
            "Global|RequireEncryption|ERR ConfigurationInvalid",
        ),
    ]);
}

#[test]
fn roles_and_the_log() {
    let home = Home::new("roles");
    home.check(&[
        ("(New-DialtoneOrganization).Users", "4"),
        ("$null = New-CsVoicePolicy -Identity X; (Search-AdminAuditLog -Cmdlets New-CsVoicePolicy).ObjectModified", "Tag:X"),
        ("$null = New-UMDialPlan -Name P -NumberOfDigitsInExtension 4 -CountryOrRegionCode 1; $null = Enable-UMMailbox 'Kim Akers' -UMMailboxPolicy 'P Default Policy' -PIN 471147; ((Search-AdminAuditLog -Cmdlets Enable-UMMailbox).CmdletParameters | Where-Object Name -eq PIN).Value", "********"),
        ("Write-AdminAuditLog -Comment 'ticket 4711'; @(Search-AdminAuditLog -Cmdlets Write-* -StartDate (Get-Date).AddHours(-1)).Count", "1"),
        ("@(Search-AdminAuditLog -EndDate '1/1/2020').Count", "0"),
        ("Set-DialtoneOrganization -RoleBasedAccess $true; Add-RoleGroupMember 'UM Management' -Member 'Kim Akers'; (Get-RoleGroupMember 'UM Management').Name", "Kim Akers"),
        ("Connect-ExchangeOnline -UserPrincipalName kim@contoso.com; (New-UMDialPlan -Name Q -NumberOfDigitsInExtension 4 -CountryOrRegionCode 1).Name; New-CsVoiceRoute -Identity Z", "Q|ERR RoleNotAssigned"),
        ("Connect-ExchangeOnline -UserPrincipalName nobody@contoso.com", "ERR AuthenticationFailed"),
        ("(Get-ManagementRoleEntry 'UM Mailboxes\\Enable-UM*').Name", "Enable-UMCallAnsweringRule|Enable-UMMailbox"),
        ("Backup-DialtoneOrganization -Path b.db; Remove-CsVoicePolicy Tag:X -Confirm:$false; Restore-DialtoneOrganization -Path b.db -Confirm:$false; (Get-CsVoicePolicy).Identity", "Global|Tag:X"),
    ]);
}

#[test]
fn directory_entries() {
    let home = Home::new("entries");
    home.prints(&format!("& '{}/scripts/runbooks/um-deployment.ps1' | Out-Null", env!("CARGO_MANIFEST_DIR")));
    let kim = "[adsi]'LDAP://CN=Kim Akers,CN=Users,DC=contoso,DC=com'";
    home.check(&[
        ("([adsi]'LDAP://RootDSE').defaultNamingContext", "DC=contoso,DC=com"),
        ("([adsi]'').distinguishedName; ([adsi]'').SchemaClassName", "DC=contoso,DC=com|domainDNS"),
        (&format!("$e = {kim}; $e.Name; $e.sAMAccountName; $e.Properties['mail'].Value; $e.Parent"), "CN=Kim Akers|kim|kim@contoso.com|LDAP://CN=Users,DC=contoso,DC=com"),
        (&format!("$e = {kim}; $e.Put('department', 'Voice'); $e.department = 'Voice'; $e.title = 'Lead'; (Get-User kim).Department; $e.CommitChanges(); (Get-User kim).Department; (Get-User kim).Title"), "Voice|Lead"),
        (&format!("$e = {kim}; $e.Properties['title'].Clear(); $e.SetInfo(); [string]::IsNullOrEmpty((Get-User kim).Title)"), "True"),
        ("([adsisearcher]'(&(objectClass=user)(sAMAccountName=k*))').FindOne().Properties.cn", "Kim Akers"),
        ("$s = [adsisearcher]'(sAMAccountName=kim)'; $null = $s.PropertiesToLoad.Add('mail'); $r = $s.FindAll(); @($r).Count; $r[0].Properties['mail'][0]; $r[0].Properties.Count; $r[0].GetDirectoryEntry().Name", "1|kim@contoso.com|2|CN=Kim Akers"),
        ("$s = New-Object DirectoryServices.DirectorySearcher([adsi]''); $s.Filter = '(nosuch'; try { $s.FindAll() } catch { $_.Exception.GetBaseException().Message }", "The (nosuch search filter is invalid."),
        ("$u = ([adsi]'LDAP://CN=Users,DC=contoso,DC=com').Create('user', 'CN=Lee Oh'); $u.sAMAccountName = 'lee'; $u.SetInfo(); (Get-ADUser lee).DistinguishedName", "CN=Lee Oh,CN=Users,DC=contoso,DC=com"),
        ("([adsi]'LDAP://CN=Lee Oh,CN=Users,DC=contoso,DC=com').DeleteTree(); @(Get-ADUser -Filter \"SamAccountName -eq 'lee'\").Count", "0"),
        // What a script writes so is logged as the command that does the same, and held to the roles of who is signed in.
        (&format!("$e = {kim}; $e.title = 'Head'; $e.SetInfo(); $l = @(Search-AdminAuditLog -Cmdlets Set-ADUser)[0]; $l.ObjectModified; ($l.CmdletParameters | ForEach-Object {{ \"$($_.Name)=$($_.Value)\" }}) -join ','"), "Kim Akers|Identity=CN=Kim Akers,CN=Users,DC=contoso,DC=com,title=Head"),
        (&format!("Set-DialtoneOrganization -RoleBasedAccess $true; Connect-ExchangeOnline -UserPrincipalName kim@contoso.com; $e = {kim}; $e.Put('title', 'Chief'); try {{ $e.SetInfo() }} catch {{ $_.FullyQualifiedErrorId; $_.Exception.GetType().Name; \"$_\" }}; Disconnect-ExchangeOnline; Set-DialtoneOrganization -RoleBasedAccess $false; (Get-User kim).Title; (Search-AdminAuditLog -Cmdlets Set-ADUser | Where-Object Error).Caller"), "UnauthorizedAccessException|MethodInvocationException|Exception calling \"SetInfo\" with \"0\" argument(s): \"The account 'kim@contoso.com' isn't permitted to run Set-ADUser: none of its roles has the command.\"|Head|kim@contoso.com"),
        ("$e = [adsi]'LDAP://CN=Nobody,DC=contoso,DC=com'; try { $e.RefreshCache() } catch { $_.Exception.GetBaseException().Message.Trim() }", "There is no such object on the server."),
    ]);
}

#[test]
fn names_in_dns_and_what_they_lead_to() {
    let home = Home::new("dns");
    home.check(&[
        ("New-DialtoneOrganization | Out-Null", ""),
        ("Add-DnsServerPrimaryZone -NetworkId 10.9.0.0/16 -ReplicationScope Forest; (Get-DnsServerZone).ZoneName", "9.10.in-addr.arpa"),
        ("Add-DnsServerResourceRecordA -Name host1 -ZoneName contoso.com -IPv4Address 10.9.8.7 -AllowUpdateAny -AgeRecord -CreatePtr -Confirm:$false", ""),
        ("$r = Get-DnsServerResourceRecord -ZoneName contoso.com -Name host1; $r.AllowUpdateAny; $r.RecordData.IPv4Address.ToString(); $r.Timestamp.Minute", "True|10.9.8.7|0"),
        ("(Get-DnsServerResourceRecord -ZoneName 9.10.in-addr.arpa).RecordData.PtrDomainName", "host1.contoso.com."),
        ("Add-DnsServerResourceRecordA -Name host1 -ZoneName contoso.com -IPv4Address 10.9.8.7 -Confirm:$false", "ERR WIN32 9711"),
        ("Add-DnsServerResourceRecordA -Name host2 -ZoneName contoso.com -IPv4Address 192.0.2.1 -CreatePtr -Confirm:$false", "ERR WIN32 9715"),
        ("Add-DnsServerResourceRecordMX -Name '@' -ZoneName contoso.com -MailExchange mail.contoso.com -Preference 10 -Confirm:$false -PassThru | ForEach-Object { \"$($_.RecordData)\" }", "[10][mail.contoso.com.]"),
        ("Get-DnsServerResourceRecord -ZoneName contoso.com -Name nobody", "ERR WIN32 9714"),
        ("Get-DnsServerResourceRecord -ZoneName nowhere.com", "ERR WIN32 9601"),
    ]);
}

#[test]
fn policies_of_groups_by_rank() {
    let home = Home::new("groups");
    home.check(&[
        (
            "New-DialtoneOrganization -Template Hybrid | Out-Null; $u = Get-MsolUser | Select-Object -First 1
             foreach ($name in 'Sales', 'Support') { $g = New-MsolGroup -DisplayName $name
                 Add-MsolGroupMember -GroupObjectId $g.ObjectId -GroupMemberType User -GroupMemberObjectId $u.ObjectId | Out-Null }
             foreach ($name in 'One', 'Two', 'Three') { New-CsTenantDialPlan -Identity $name | Out-Null }",
            "",
        ),
        ("Grant-CsTenantDialPlan -Group Sales -PolicyName One -Rank 7; Grant-CsTenantDialPlan -Group Support -PolicyName Two -Rank 1", ""),
        ("Get-CsGroupPolicyAssignment | ForEach-Object { \"$($_.Rank) $($_.PolicyName)\" }", "1 Two|2 One"),
        ("$u = (Get-MsolUser)[0].UserPrincipalName; (Get-CsUserPolicyAssignment -Identity $u -PolicyType TenantDialPlan).PolicySource.PolicyName; (Get-CsEffectiveTenantDialPlan -Identity $u).EffectiveTenantDialPlanName.Split('_')[1]", "Two|One|Two"),
        ("Grant-CsTenantDialPlan -Identity (Get-MsolUser)[0].UserPrincipalName -PolicyName Three; (Get-CsEffectiveTenantDialPlan -Identity (Get-MsolUser)[0].UserPrincipalName).EffectiveTenantDialPlanName.Split('_')[1]", "Three"),
        ("Get-CsEffectiveTenantDialPlan -Identity (Get-MsolUser)[0].UserPrincipalName -CallerNumber 14255550199", "ERR CallerNumber"),
        ("Set-CsPhoneNumberPolicyAssignment -TelephoneNumber +14255550199 -PolicyType TenantDialPlan -PolicyName One; (Get-CsEffectiveTenantDialPlan -Identity (Get-MsolUser)[0].UserPrincipalName -CallerNumber 14255550199).EffectiveTenantDialPlanName.Split('_')[1]", "One"),
        ("Grant-CsTenantDialPlan -Group Nobody -PolicyName One", "ERR GroupNotFound"),
        ("New-CsGroupPolicyAssignment -GroupId Sales -PolicyType TenantDialPlan -PolicyName Two", "ERR GroupPolicyAssignmentExists"),
        ("Remove-CsGroupPolicyAssignment -GroupId Support -PolicyType TenantDialPlan; (Get-CsGroupPolicyAssignment).Rank", "1"),
    ]);
}

#[test]
fn what_belongs_to_mailboxes_and_documents() {
    let home = Home::new("belongings");
    home.check(&[
        ("New-DialtoneOrganization -Template SmallOffice | Out-Null; @(Get-Mailbox).Count -gt 1", "True"),
        ("(Get-Mailbox)[0] | Get-CalendarProcessing | ForEach-Object { \"$($_.AutomateProcessing)\" }", ""),
        ("$m = (Get-Mailbox)[0]; $m | Set-CalendarProcessing -AutomateProcessing AutoAccept; (Get-CalendarProcessing $m.Alias).AutomateProcessing; (Get-CalendarProcessing $m.PrimarySmtpAddress).Identity.Name -eq $m.Name", "AutoAccept|True"),
        ("Get-CalendarProcessing nobody", "ERR B752481D"),
        (
            "$a, $b = Get-Mailbox | Select-Object -First 2
             Add-MailboxPermission $a.Alias -User $b.Alias -AccessRights ReadPermission | Out-Null
             $a | Add-MailboxPermission -User $b.Alias -AccessRights FullAccess, ReadPermission | Out-Null
             Get-MailboxPermission $a.Alias | ForEach-Object { \"$($_.User.Split('\\')[0]) $($_.AccessRights)\" }
             Remove-MailboxPermission $a.Alias -User $b.Alias -AccessRights FullAccess, ReadPermission -Confirm:$false
             @(Get-MailboxPermission $a.Alias).Count",
            "NT AUTHORITY FullAccess ReadPermission|CONTOSO ReadPermission FullAccess|1",
        ),
        ("Get-ADComputer -Filter \"Name -eq 'nowhere'\"", ""),
        ("New-CsTenantTrustedIPAddress -IPAddress 192.0.2.7 | Out-Null; (Get-CsTenantTrustedIPAddress 192.0.2.7).IPAddress", "192.0.2.7"),
        ("New-CsAddressBookNormalizationRule -Parent global -Name Four -Pattern '^(\\d{4})$' -Translation '+1425555$1' | Out-Null; (Get-CsAddressBookNormalizationRule Global/Four).Pattern", "^(\\d{4})$"),
        ("Set-CsOnlinePstnUsage -Identity global -Usage @{add='Local','International'}; (Get-CsOnlinePstnUsage).Usage -join ','", "Local,International"),
        ("Remove-DnsServerForwarder -IPAddress 10.0.0.8 -PassThru -Force", "ERR WIN32 9714"),
    ]);
}
