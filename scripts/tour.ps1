<#
.SYNOPSIS
    Shows what dialtone is: deploys an organization, calls somebody who does not answer, and shows the voice mail.
.DESCRIPTION
    Runs runbooks/um-deployment.ps1, starts the telephony service, places a real call over SIP and RTP from a simulated number of
    the telephone network, and prints the call's ladder, the voice message and the call record. Can be run again.
#>
[CmdletBinding()]
param(
    [string]$Caller = '+12065550123',
    [string]$Called = '+14255551001'
)

$ErrorActionPreference = 'Stop'

function Title([string]$Text) {
    Write-Host ''
    Write-Host $Text -ForegroundColor Cyan
}

# What the caller says: two seconds of a rising tone, 8 kHz, 16 bit, one channel.
function New-Speech([string]$Path) {
    $rate = 8000
    $count = 2 * $rate
    $bytes = [byte[]]::new(44 + 2 * $count)
    function Put([long]$Value, [int]$Width) {
        for ($i = 0; $i -lt $Width; $i++) {
            $bytes[$script:at + $i] = [byte](($Value -shr (8 * $i)) -band 255)
        }
        $script:at += $Width
    }
    $script:at = 0
    foreach ($mark in [char[]]'RIFF') { Put ([int]$mark) 1 }
    Put (36 + 2 * $count) 4
    foreach ($mark in [char[]]'WAVEfmt ') { Put ([int]$mark) 1 }
    Put 16 4
    Put 1 2
    Put 1 2
    Put $rate 4
    Put (2 * $rate) 4
    Put 2 2
    Put 16 2
    foreach ($mark in [char[]]'data') { Put ([int]$mark) 1 }
    Put (2 * $count) 4
    $phase = 0.0
    $place = 44
    for ($i = 0; $i -lt $count; $i++) {
        $phase += 2 * [Math]::PI * (300 + 900 * $i / $count) / $rate
        $sample = [int](9000 * [Math]::Sin($phase)) -band 65535
        $bytes[$place] = $sample -band 255
        $bytes[$place + 1] = $sample -shr 8
        $place += 2
    }
    Set-Content -LiteralPath $Path -Value $bytes -AsByteStream
}

Title '1. Deploy Exchange Unified Messaging with Skype for Business'
& (Join-Path $PSScriptRoot 'runbooks/um-deployment.ps1') | Out-Null
Get-UMDialPlan | Format-Table Name, URIType, VoIPSecurity, NumberOfDigitsInExtension, UMMailboxPolicies
Get-UMMailbox | Format-Table Name, UMEnabled, Extensions, UMDialPlan

Title '2. Start the telephony service'
Write-Progress -Activity 'Tour' -Status 'Starting the telephony service'
$roles = Start-DialtoneService
$roles | Format-Table Server, Role, State, Listeners
$failed = @($roles | Where-Object State -ne 'Running')
if ($failed) {
    Write-Error "The role $($failed[0].Role) of $($failed[0].Server) does not run: $($failed[0].Reason)"
}
Write-Progress -Activity 'Tour' -Completed

Title "3. Call $Called from $Caller; nobody answers"
$speech = Join-Path (Get-Location) "dialtone-tour-$PID.wav"
New-Speech $speech
Write-Progress -Activity 'Tour' -Status "Calling $Called; the user is not signed in anywhere, so voice mail answers"
$before = Get-Date
$call = Invoke-DialtoneTestCall -From $Caller -To $Called -Play $speech -WaitForBeep -Keys '#1'
Write-Progress -Activity 'Tour' -Completed
$call | Format-List From, To, Answered, Status, Duration, Codec, SecureMedia, HungUpBy
if (-not $call.Answered) {
    Write-Error "The call was not answered: $($call.Status) $($call.Reason) $($call.Diagnostics)"
}

Title '4. The messages of the call'
$call.Ladder | Format-Table Offset, From, To, Transport, Text

Title '5. The voice message'
# The message is delivered a moment after the call has ended.
for ($i = 0; $i -lt 50; $i++) {
    $message = Get-UMMailboxMessage | Where-Object { $_.Received.ToLocalTime() -ge $before } | Select-Object -First 1
    if ($message) { break }
    Start-Sleep -Milliseconds 100
}
if (-not $message.AudioFile) {
    Write-Error 'The caller left no message.'
}
$message | Format-Table Mailbox, Received, Caller, Duration, Subject
$message | Format-List AudioFile
$likeness = Compare-DialtoneAudio -ReferencePath $speech -Path $message.AudioFile
Remove-Item $speech
$likeness | Format-Table Duration, Offset, Similarity
if ($likeness.Similarity -le 0.8) {
    Write-Error "The message does not contain what the caller said: similarity $($likeness.Similarity)"
}

Title '6. The call record'
Get-DialtoneCallRecord -ResultSize 4 | Format-Table CallStartTime, CallType, CallerPhoneNumber, CalledPhoneNumber, CallDuration
