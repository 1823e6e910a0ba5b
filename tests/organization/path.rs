//! The path of a deployment: dial plan, servers, gateway, users, voice.

use super::{Lab, change, get, list, s, text};
use command::Value;

fn deployed(name: &str) -> Lab {
    let mut lab = Lab::new(name);
    let rows = lab.ok("New-DialtoneOrganization", &[("Template", s("SmallOffice"))]);
    assert_eq!((text(&rows[0], "Servers"), text(&rows[0], "Users")), ("1".to_owned(), "4".to_owned()));
    lab
}

#[test]
fn dial_plans() {
    let mut lab = deployed("plans");
    let new = [
        ("Name", s("RedmondDialPlan")),
        ("NumberOfDigitsInExtension", Value::I32(5)),
        ("URIType", s("sipname")),
        ("VoIPSecurity", s("Secured")),
        ("CountryOrRegionCode", s("1")),
    ];
    let rows = lab.ok("New-UMDialPlan", &new);
    assert_eq!(text(&rows[0], "PhoneContext"), "RedmondDialPlan.contoso.com");
    assert_eq!(text(&rows[0], "URIType"), "SipName");
    assert_eq!(text(&rows[0], "UMMailboxPolicies"), "RedmondDialPlan Default Policy");
    assert!(lab.refused("New-UMDialPlan", &new).contains("already exists"));
    assert!(
        lab.refused("Get-UMDialPlan", &[("Identity", s("Nope"))])
            .contains("'Nope' couldn't be found on 'dc01.contoso.com'")
    );
    assert!(
        lab.refused("Set-UMDialPlan", &[("Identity", s("RedmondDialPlan")), ("MaxCallDuration", Value::I32(500))])
            .contains("must be between 10 and 120")
    );
    assert!(
        lab.refused("Set-UMDialPlan", &[("Identity", s("RedmondDialPlan")), ("AudioCodec", s("Vorbis"))])
            .contains("valid enumerator name")
    );
    lab.ok(
        "Set-UMDialPlan",
        &[("Identity", s("RedmondDialPlan")), ("AccessTelephoneNumbers", list(&["+14255550100"]))],
    );
    lab.ok(
        "Set-UMDialPlan",
        &[("Identity", s("reddialplan*")), ("Confirm", Value::Bool(false))]
            .map(|(n, v)| if n == "Identity" { (n, s("RedmondDialPlan")) } else { (n, v) }),
    );
    assert!(lab.session.warnings[0].contains("no settings of 'RedmondDialPlan' have been modified"));
    lab.ok(
        "Set-UMDialPlan",
        &[("Identity", s("RedmondDialPlan")), ("AccessTelephoneNumbers", change("Add", s("+14255550101")))],
    );
    let plan = lab.ok("Get-UMDialPlan", &[("Identity", s("Red*"))]).remove(0);
    assert_eq!(text(&plan, "AccessTelephoneNumbers"), "+14255550100 +14255550101");
    // By DN, GUID and object.
    for identity in [get(&plan, "DistinguishedName"), get(&plan, "Guid"), get(&plan, "Identity"), plan.clone()] {
        assert_eq!(lab.ok("Get-UMDialPlan", &[("Identity", identity)]).len(), 1);
    }
    assert!(
        lab.refused("Remove-UMDialPlan", &[("Identity", s("RedmondDialPlan"))])
            .contains("still referenced by the UMMailboxPolicy")
    );
    lab.ok("Remove-UMMailboxPolicy", &[("Identity", s("RedmondDialPlan Default Policy"))]);
    lab.ok("Remove-UMDialPlan", &[("Identity", s("RedmondDialPlan"))]);
    assert!(lab.ok("Get-UMDialPlan", &[]).is_empty());
}

#[test]
fn gateways_and_hunt_groups() {
    let mut lab = deployed("gateways");
    lab.ok(
        "New-UMDialPlan",
        &[
            ("Name", s("P")),
            ("NumberOfDigitsInExtension", Value::I32(4)),
            ("URIType", s("SipName")),
            ("VoIPSecurity", s("Secured")),
            ("CountryOrRegionCode", s("1")),
        ],
    );
    assert!(
        lab.refused("New-UMIPGateway", &[("Name", s("G")), ("Address", s("10.0.0.1")), ("UMDialPlan", s("P"))])
            .contains("fully qualified domain name")
    );
    assert!(lab.ok("Get-UMIPGateway", &[]).is_empty(), "nothing is written when it is refused");
    lab.ok("New-UMIPGateway", &[("Name", s("G")), ("Address", s("pool01.contoso.com")), ("UMDialPlan", s("P"))]);
    let gateway = lab.ok("Get-UMIPGateway", &[]).remove(0);
    assert_eq!(text(&gateway, "HuntGroups"), "Default Hunt Group");
    assert!(
        lab.refused("New-UMIPGateway", &[("Name", s("H")), ("Address", s("POOL01.contoso.com"))])
            .contains("already in use")
    );
    lab.ok(
        "New-UMHuntGroup",
        &[("Name", s("HG")), ("UMDialPlan", s("P")), ("UMIPGateway", s("G")), ("PilotIdentifier", s("5551234"))],
    );
    assert!(
        lab.refused(
            "New-UMHuntGroup",
            &[("Name", s("X")), ("UMDialPlan", s("P")), ("UMIPGateway", s("G")), ("PilotIdentifier", s("5551234"))]
        )
        .contains("already used by the hunt group 'HG'")
    );
    assert_eq!(text(&lab.ok("Get-UMHuntGroup", &[("Identity", s("G\\HG"))])[0], "Identity"), "G\\HG");
    assert!(lab.refused("Get-UMHuntGroup", &[("Identity", s("HG"))]).contains("couldn't be found"));
    assert_eq!(lab.ok("Get-UMHuntGroup", &[("UMDialPlan", s("P"))]).len(), 2);
    lab.ok("Disable-UMIPGateway", &[("Identity", s("G")), ("Immediate", Value::Bool(true))]);
    assert_eq!(text(&lab.ok("Get-UMIPGateway", &[])[0], "Status"), "Disabled");
    lab.ok("Remove-UMIPGateway", &[("Identity", s("G"))]);
    assert!(lab.ok("Get-UMHuntGroup", &[]).is_empty());
    assert!(
        lab.refused("New-UMHuntGroup", &[("Name", s("X")), ("UMDialPlan", s("P")), ("UMIPGateway", s("G"))])
            .contains("couldn't be found")
    );
}

#[test]
fn mailboxes() {
    let mut lab = deployed("mailboxes");
    lab.ok(
        "New-UMDialPlan",
        &[
            ("Name", s("P")),
            ("NumberOfDigitsInExtension", Value::I32(4)),
            ("URIType", s("SipName")),
            ("CountryOrRegionCode", s("1")),
        ],
    );
    let policy = ("UMMailboxPolicy", s("P Default Policy"));
    let kim = ("Identity", s("kim@contoso.com"));
    assert!(
        lab.refused("Enable-UMMailbox", &[kim.clone(), policy.clone(), ("Extensions", list(&["10011"]))])
            .contains("requires 4 digits")
    );
    assert!(
        lab.refused("Enable-UMMailbox", &[kim.clone(), policy.clone(), ("Extensions", list(&["1001"]))])
            .contains("SIPResourceIdentifier parameter is required")
    );
    let enable = |who: &str, ext: &str| {
        vec![
            ("Identity", s(who)),
            ("UMMailboxPolicy", s("P Default Policy")),
            ("Extensions", list(&[ext])),
            ("SIPResourceIdentifier", s(&format!("{who}@contoso.com"))),
        ]
    };
    let row = lab.ok("Enable-UMMailbox", &enable("kim", "1001")).remove(0);
    assert_eq!(text(&row, "UMDialPlan"), "P");
    assert_eq!(text(&row, "Extensions"), "1001");
    assert_eq!(
        text(&row, "UMAddresses"),
        "EUM:kim@contoso.com;phone-context=P.contoso.com eum:1001;phone-context=P.contoso.com"
    );
    assert!(lab.refused("Enable-UMMailbox", &enable("kim", "1002")).contains("already enabled"));
    assert!(lab.refused("Enable-UMMailbox", &enable("ken", "1001")).contains("already in use"));
    lab.ok(
        "Enable-UMMailbox",
        &enable("CONTOSO\\ken", "1002")
            .into_iter()
            .map(|(n, v)| if n == "SIPResourceIdentifier" { (n, s("ken@contoso.com")) } else { (n, v) })
            .collect::<Vec<_>>(),
    );
    assert_eq!(lab.ok("Get-UMMailbox", &[]).len(), 2);
    assert!(
        lab.refused("Remove-UMMailboxPolicy", &[("Identity", s("P Default Policy"))])
            .contains("still referenced by the User")
    );
    let pin = lab.ok("Get-UMMailboxPIN", std::slice::from_ref(&kim)).remove(0);
    assert_eq!(text(&pin, "PinExpired"), "True");
    assert!(lab.refused("Set-UMMailboxPIN", &[kim.clone(), ("Pin", s("111111"))]).contains("common patterns"));
    lab.ok("Set-UMMailboxPIN", &[kim.clone(), ("Pin", s("471147")), ("PINExpired", Value::Bool(false))]);
    lab.ok("Disable-UMMailbox", std::slice::from_ref(&kim));
    assert_eq!(lab.ok("Get-UMMailbox", &[]).len(), 1);
    lab.ok("Enable-UMMailbox", &enable("pilar", "1001"));
    let rows = lab.ok("Get-Mailbox", &[("Filter", s("Alias -like 'p*' -and UMEnabled -eq $true"))]);
    assert_eq!(text(&rows[0], "Name"), "Pilar Ackerman");
}

#[test]
fn servers_and_certificates() {
    let mut lab = deployed("servers");
    lab.ok(
        "New-UMDialPlan",
        &[("Name", s("Tel")), ("NumberOfDigitsInExtension", Value::I32(4)), ("CountryOrRegionCode", s("1"))],
    );
    lab.ok(
        "New-UMDialPlan",
        &[
            ("Name", s("P")),
            ("NumberOfDigitsInExtension", Value::I32(4)),
            ("URIType", s("SipName")),
            ("VoIPSecurity", s("Secured")),
            ("CountryOrRegionCode", s("1")),
        ],
    );
    assert!(
        lab.refused("Set-UMService", &[("Identity", s("ex01")), ("DialPlans", s("Tel"))])
            .contains("isn't a SIP URI dial plan")
    );
    let request = lab
        .ok(
            "New-ExchangeCertificate",
            &[
                ("GenerateRequest", Value::Bool(true)),
                ("SubjectName", s("CN=ex01.contoso.com")),
                ("DomainName", list(&["ex01.contoso.com"])),
            ],
        )
        .remove(0);
    let signed = lab.ok("Submit-DialtoneCertificateRequest", &[("Request", request)]).remove(0);
    let bytes = Value::bytes(signed.as_str().unwrap().as_bytes());
    let certificate = lab.ok("Import-ExchangeCertificate", &[("FileData", bytes), ("Server", s("ex01"))]).remove(0);
    assert_eq!(text(&certificate, "Issuer"), "CN=contoso-CA");
    assert_eq!(text(&certificate, "HasPrivateKey"), "True");
    let enable =
        [("Thumbprint", get(&certificate, "Thumbprint")), ("Services", s("UM,UMCallRouter")), ("Server", s("ex01"))];
    assert!(lab.refused("Enable-ExchangeCertificate", &enable).contains("startup mode of 'ex01' is TCP"));
    lab.ok(
        "Set-UMService",
        &[("Identity", s("ex01.contoso.com")), ("UMStartupMode", s("Dual")), ("DialPlans", change("Add", s("P")))],
    );
    assert!(lab.session.warnings.iter().any(|w| w.contains("restarted")));
    lab.ok("Set-UMCallRouterSettings", &[("Server", s("ex01")), ("UMStartupMode", s("Dual")), ("DialPlans", s("P"))]);
    lab.ok("Enable-ExchangeCertificate", &enable);
    assert_eq!(text(&lab.ok("Get-UMService", &[])[0], "UMCertificateThumbprint"), text(&certificate, "Thumbprint"));
    assert_eq!(text(&lab.ok("Get-UMService", &[])[0], "DialPlans"), "P");
    assert!(lab.refused("Remove-UMDialPlan", &[("Identity", s("P"))]).contains("still referenced"));
    assert!(
        lab.refused("Remove-ExchangeCertificate", &[("Thumbprint", get(&certificate, "Thumbprint"))])
            .contains("in use by")
    );
    let made = lab
        .ok(
            "Request-CsCertificate",
            &[
                ("New", Value::Bool(true)),
                ("Type", list(&["Default", "WebServicesInternal", "WebServicesExternal"])),
                ("CA", s("dc01\\contoso-CA")),
                ("ComputerFqdn", s("fe01.contoso.com")),
                ("AllSipDomain", Value::Bool(true)),
            ],
        )
        .remove(0);
    assert_eq!(text(&made, "AlternativeNames"), "fe01.contoso.com pool01.contoso.com sip.contoso.com");
    assert!(lab.ok("Get-CsCertificate", &[]).is_empty());
    lab.ok("Set-CsCertificate", &[("Type", list(&["Default"])), ("Thumbprint", get(&made, "Thumbprint"))]);
    assert_eq!(text(&lab.ok("Get-CsCertificate", &[("Type", list(&["Default"]))])[0], "Issuer"), "CN=contoso-CA");
}

#[test]
fn enterprise_voice() {
    let mut lab = deployed("voice");
    lab.ok("Set-CsPstnUsage", &[("Identity", s("Global")), ("Usage", change("Add", s("Redmond")))]);
    assert_eq!(text(&lab.ok("Get-CsPstnUsage", &[])[0], "Usage"), "Internal Local Long Distance Redmond");
    assert!(
        lab.refused("New-CsVoicePolicy", &[("Identity", s("RedmondUsers")), ("PstnUsages", list(&["Nope"]))])
            .contains("not a PSTN usage")
    );
    let policy = lab
        .ok("New-CsVoicePolicy", &[("Identity", s("RedmondUsers")), ("PstnUsages", list(&["redmond", "Local"]))])
        .remove(0);
    assert_eq!(
        (text(&policy, "Identity"), text(&policy, "PstnUsages")),
        ("Tag:RedmondUsers".into(), "Redmond Local".into())
    );
    assert!(lab.refused("New-CsVoicePolicy", &[("Identity", s("tag:redmondusers"))]).contains("already exists"));
    assert!(
        lab.refused("New-CsVoicePolicy", &[("Identity", s("site:Nowhere"))])
            .contains("Cannot find \"Site\" \"Site:Nowhere\"")
    );
    assert!(
        lab.refused("New-CsVoiceRoute", &[("Identity", s("R")), ("NumberPattern", s("^(\\d+$"))])
            .contains("valid regular expression")
    );
    assert!(
        lab.refused("New-CsVoiceRoute", &[("Identity", s("R")), ("PstnGatewayList", list(&["nope.contoso.com"]))])
            .contains("Cannot find \"PstnGateway\"")
    );
    let route = lab
        .ok(
            "New-CsVoiceRoute",
            &[
                ("Identity", s("R")),
                ("NumberPattern", s("^\\+1(\\d{10})$")),
                ("PstnUsages", change("Add", s("Redmond"))),
                ("PstnGatewayList", change("Add", s("PstnGateway:gw01.contoso.com"))),
                ("Priority", Value::I32(0)),
            ],
        )
        .remove(0);
    assert_eq!(
        (text(&route, "Priority"), text(&route, "PstnGatewayList")),
        ("0".into(), "PstnGateway:gw01.contoso.com".into())
    );
    let all: Vec<String> = lab
        .ok("Get-CsVoiceRoute", &[])
        .iter()
        .map(|r| format!("{}={}", text(r, "Identity"), text(r, "Priority")))
        .collect();
    assert_eq!(all, ["LocalRoute=1", "R=0"]);
    assert!(
        lab.refused("Set-CsPstnUsage", &[("Usage", change("Remove", s("Redmond")))]).contains("in use by VoicePolicy")
    );
    let plan = lab.ok("New-CsDialPlan", &[("Identity", s("RedmondPlan"))]).remove(0);
    assert!(text(&plan, "NormalizationRules").contains("Name=Prefix All"));
    lab.ok(
        "New-CsVoiceNormalizationRule",
        &[
            ("Parent", s("RedmondPlan")),
            ("Name", s("Internal")),
            ("Pattern", s("^(\\d{4})$")),
            ("Translation", s("+1425555$1")),
            ("Priority", Value::I32(0)),
        ],
    );
    let plan = lab.ok("Get-CsDialPlan", &[("Identity", s("Tag:RedmondPlan"))]).remove(0);
    assert!(
        text(&plan, "NormalizationRules")
            .starts_with("Description=;Pattern=^(\\d{4})$;Translation=+1425555$1;Name=Internal"),
        "{}",
        text(&plan, "NormalizationRules")
    );
    assert!(
        lab.refused("New-CsVoiceNormalizationRule", &[("Parent", s("NoPlan")), ("Name", s("x"))])
            .contains("Cannot find \"LocationProfile\" \"Tag:NoPlan\"")
    );
    assert_eq!(lab.ok("Get-CsVoiceNormalizationRule", &[("Identity", s("Global/Keep All"))]).len(), 1);
}

#[test]
fn voice_users() {
    let mut lab = deployed("users");
    assert!(
        lab.refused("Get-CsUser", &[("Identity", s("kim@contoso.com"))])
            .contains("Management object not found for identity")
    );
    assert!(
        lab.refused(
            "Enable-CsUser",
            &[
                ("Identity", s("kim")),
                ("RegistrarPool", s("pool01.contoso.com")),
                ("SipAddress", s("sip:kim@nowhere.com"))
            ]
        )
        .contains("not a SIP domain")
    );
    lab.ok(
        "Enable-CsUser",
        &[
            ("Identity", s("Kim Akers")),
            ("RegistrarPool", s("pool01.contoso.com")),
            ("SipAddressType", s("EmailAddress")),
        ],
    );
    lab.ok(
        "Enable-CsUser",
        &[
            ("Identity", s("CONTOSO\\ken")),
            ("RegistrarPool", s("pool01.contoso.com")),
            ("SipAddress", s("sip:ken@contoso.com")),
        ],
    );
    assert!(
        lab.refused("Set-CsUser", &[("Identity", s("kim@contoso.com")), ("EnterpriseVoiceEnabled", Value::Bool(true))])
            .contains("without a LineURI")
    );
    lab.ok(
        "Set-CsUser",
        &[
            ("Identity", s("sip:kim@contoso.com")),
            ("EnterpriseVoiceEnabled", Value::Bool(true)),
            ("LineURI", s("TEL:+14255551001")),
        ],
    );
    assert!(
        lab.refused("Set-CsUser", &[("Identity", s("Ken Myer")), ("LineURI", s("tel:+14255551001"))])
            .contains("already in use")
    );
    lab.ok("Set-CsUser", &[("Identity", s("Ken Myer")), ("LineURI", s("tel:+14255551001;ext=2"))]);
    let found =
        lab.ok("Get-CsUser", &[("Filter", s("LineURI -like 'tel:+1425*' -and EnterpriseVoiceEnabled -eq $true"))]);
    assert_eq!(text(&found[0], "SipAddress"), "sip:kim@contoso.com");
    assert_eq!(text(&found[0], "Identity"), "CN=Kim Akers,CN=Users,DC=contoso,DC=com");
    lab.ok("New-CsVoicePolicy", &[("Identity", s("Sales"))]);
    assert!(
        lab.refused("Grant-CsVoicePolicy", &[("Identity", s("kim@contoso.com")), ("PolicyName", s("Nope"))])
            .contains("Cannot find \"VoicePolicy\" \"Tag:Nope\"")
    );
    lab.ok("Grant-CsVoicePolicy", &[("Identity", found[0].clone()), ("PolicyName", s("sales"))]);
    assert_eq!(text(&lab.ok("Get-CsUser", &[("Identity", s("kim@contoso.com"))])[0], "VoicePolicy"), "Sales");
    lab.ok("Grant-CsVoicePolicy", &[("Identity", s("kim@contoso.com")), ("PolicyName", Value::Null)]);
    assert_eq!(text(&lab.ok("Get-CsUser", &[("Identity", s("Kim*"))])[0], "VoicePolicy"), "");
    let contact = lab
        .ok(
            "New-CsExUmContact",
            &[
                ("SipAddress", s("sip:sa@contoso.com")),
                ("RegistrarPool", s("pool01.contoso.com")),
                ("OU", s("OU=Contacts,DC=contoso,DC=com")),
                ("DisplayNumber", s("+14255550100")),
            ],
        )
        .remove(0);
    assert_eq!(
        (text(&contact, "LineURI"), text(&contact, "IsSubscriberAccess")),
        ("tel:+14255550100".into(), "True".into())
    );
    assert!(
        lab.refused(
            "New-CsExUmContact",
            &[
                ("SipAddress", s("sip:x@contoso.com")),
                ("RegistrarPool", s("pool01.contoso.com")),
                ("OU", s("Users")),
                ("DisplayNumber", s("+14255550100"))
            ]
        )
        .contains("already in use")
    );
    lab.ok(
        "Set-CsOAuthConfiguration",
        &[("ExchangeAutodiscoverUrl", s("https://autodiscover.contoso.com/autodiscover/autodiscover.svc"))],
    );
    assert!(
        lab.refused("Set-CsOAuthConfiguration", &[("ExchangeAutodiscoverUrl", s("autodiscover"))]).contains("absolute")
    );
    lab.ok("Remove-Mailbox", &[("Identity", s("kim"))]);
    assert_eq!(lab.ok("Get-CsUser", &[]).len(), 1);
}

#[test]
fn the_templates_are_complete() {
    for (template, pools) in [("SmallOffice", "1"), ("TwoSites", "2"), ("Hybrid", "2"), ("CloudConnector", "2")] {
        let mut lab = Lab::new(template);
        let first = lab.ok("New-DialtoneOrganization", &[("Template", s(template))]);
        assert_eq!(text(&first[0], "Pools"), pools);
        let again = lab.ok("New-DialtoneOrganization", &[("Template", s(template))]);
        assert_eq!(text(&again[0], "Hosts"), text(&first[0], "Hosts"));
    }
}

#[test]
fn hybrid() {
    let mut lab = Lab::new("hybrid-path");
    lab.ok("New-DialtoneOrganization", &[("Template", s("Hybrid"))]);
    lab.ok(
        "Set-CsTenantHybridConfiguration",
        &[("PeerDestination", s("sip.contoso.com")), ("UseOnPremDialPlan", Value::Bool(false))],
    );
    lab.ok("Set-CsTenantFederationConfiguration", &[("SharedSipAddressSpace", Value::Bool(true))]);
    assert!(
        lab.refused("New-MsolUser", &[("UserPrincipalName", s("new@nowhere.com")), ("DisplayName", s("New"))])
            .contains("not a verified domain")
    );
    lab.ok(
        "New-MsolUser",
        &[("UserPrincipalName", s("new@contoso.com")), ("DisplayName", s("New One")), ("UsageLocation", s("US"))],
    );
    assert!(
        lab.refused("Get-MsolUser", &[("UserPrincipalName", s("gone@contoso.com"))])
            .contains("User Not Found. User: gone@contoso.com.")
    );
    lab.ok(
        "Set-MsolUserLicense",
        &[("UserPrincipalName", s("new@contoso.com")), ("AddLicenses", list(&["contoso:ENTERPRISEPREMIUM"]))],
    );
    lab.ok(
        "Set-CsUser",
        &[
            ("Identity", s("New One")),
            ("EnterpriseVoiceEnabled", Value::Bool(true)),
            ("HostedVoiceMail", Value::Bool(true)),
            ("OnPremLineURI", s("tel:+14255551200")),
        ],
    );
    let user = lab.ok("Get-CsOnlineUser", &[("Identity", s("new@contoso.com"))]).remove(0);
    assert_eq!(
        ["EnterpriseVoiceEnabled", "HostedVoiceMail", "VoicePolicy"].map(|n| text(&user, n)),
        ["True", "True", "HybridVoice"]
    );
    lab.ok(
        "Grant-CsVoiceRoutingPolicy",
        &[("PolicyName", s("InternationalCallsDisallowed")), ("Identity", user.clone())],
    );
    assert!(
        lab.refused("Set-CsUserPstnSettings", &[("Identity", user.clone()), ("HybridPSTNSite", s("Redmond"))])
            .contains("Cannot find")
    );
    lab.ok("New-CsHybridPSTNSite", &[("Identity", s("Redmond")), ("EdgeFQDN", s("ap.contoso.com"))]);
    lab.ok("Set-CsUserPstnSettings", &[("Identity", user.clone()), ("HybridPSTNSite", s("redmond"))]);
    assert_eq!(text(&lab.ok("Get-CsUserPstnSettings", &[("Identity", user)])[0], "HybridPSTNSite"), "Redmond");
    assert!(lab.refused("Remove-CsHybridPSTNSite", &[("Identity", s("Redmond"))]).contains("belong to it"));
    lab.ok("Set-MsolUser", &[("UserPrincipalName", s("new@contoso.com")), ("Department", s("HybridMediationServer"))]);
    lab.ok(
        "Set-CsHybridMediationServer",
        &[
            ("Identity", s("New One")),
            ("Fqdn", s("ms01.contoso.com")),
            ("AccessProxyExternalFqdn", s("sip.contoso.com")),
        ],
    );
    assert_eq!(
        text(&lab.ok("Get-CsHybridMediationServer", &[("Identity", s("New One"))])[0], "Fqdn"),
        "ms01.contoso.com"
    );
}

#[test]
fn the_runtime_reads_what_cmdlets_wrote() {
    use voice::config::{ConfigSource, StoreSource};
    let mut lab = deployed("runtime");
    lab.ok(
        "New-UMDialPlan",
        &[
            ("Name", s("P")),
            ("NumberOfDigitsInExtension", Value::I32(4)),
            ("URIType", s("SipName")),
            ("VoIPSecurity", s("Secured")),
            ("CountryOrRegionCode", s("1")),
        ],
    );
    lab.ok("Set-UMDialPlan", &[("Identity", s("P")), ("AccessTelephoneNumbers", s("+14255550100"))]);
    lab.ok("New-UMIPGateway", &[("Name", s("G")), ("Address", s("pool01.contoso.com")), ("UMDialPlan", s("P"))]);
    lab.ok("Set-UMService", &[("Identity", s("ex01")), ("UMStartupMode", s("Dual")), ("DialPlans", s("P"))]);
    lab.ok(
        "Enable-UMMailbox",
        &[
            ("Identity", s("kim")),
            ("UMMailboxPolicy", s("P Default Policy")),
            ("Extensions", list(&["1001"])),
            ("SIPResourceIdentifier", s("kim@contoso.com")),
            ("PIN", s("471147")),
        ],
    );
    lab.ok(
        "Enable-CsUser",
        &[("Identity", s("kim")), ("RegistrarPool", s("pool01.contoso.com")), ("SipAddress", s("sip:kim@contoso.com"))],
    );
    lab.ok(
        "Set-CsUser",
        &[
            ("Identity", s("kim@contoso.com")),
            ("EnterpriseVoiceEnabled", Value::Bool(true)),
            ("LineURI", s("tel:+14255551001")),
        ],
    );
    lab.ok("Invoke-OcsUmUtil", &[("RegistrarPool", s("pool01.contoso.com")), ("OU", s("Contacts"))]);
    let made = lab
        .ok(
            "Request-CsCertificate",
            &[("New", Value::Bool(true)), ("Type", s("Default")), ("ComputerFqdn", s("fe01.contoso.com"))],
        )
        .remove(0);
    lab.ok("Set-CsCertificate", &[("Type", s("Default")), ("Thumbprint", get(&made, "Thumbprint"))]);
    let snapshot = StoreSource::open(&lab.session.home).unwrap().load().unwrap();
    let user = snapshot.user("sip:kim@contoso.com").unwrap();
    let mailbox = snapshot.mailbox_of(user).unwrap();
    assert_eq!(
        (user.line.as_str(), mailbox.dial_plan.as_str(), mailbox.policy.as_str()),
        ("+14255551001", "P", "P Default Policy")
    );
    let key = store::HomeKey::of(&lab.session.home).unwrap();
    assert!(key.verify("471147", &mailbox.pin) && !key.verify("471148", &mailbox.pin));
    assert_eq!(snapshot.contact("+14255550100").unwrap().phone_context, "P.contoso.com");
    let server = snapshot.server("ex01.contoso.com").unwrap();
    assert_eq!(server.um_dial_plans, ["P"]);
    assert!(server.um_startup_mode.tls());
    let front_end = snapshot.server("fe01.contoso.com").unwrap();
    assert_eq!(
        (front_end.pool.as_str(), front_end.site.as_str(), front_end.certificates.len()),
        ("pool01.contoso.com", "Redmond", 1)
    );
    let trunk = snapshot.trunk("PstnGateway:gw01.contoso.com").unwrap();
    assert_eq!(
        (trunk.mediation.as_str(), trunk.mediation_port, trunk.gateway_port),
        ("pool01.contoso.com", 5068, 5066)
    );
    assert!(snapshot.pstn_gateways[0].simulator && snapshot.roots.len() == 1);
    assert_eq!(snapshot.hunt_groups[0].gateway, "G");
}
