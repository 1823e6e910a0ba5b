:outer foreach ($i in 1..10) {
    if ($i -eq 3) { continue outer } elseif ($i -gt 8 -and -not $done) { break } else { $sum += $i * 2 }
    switch -Regex -CaseSensitive ($i) { '^1' { 'one'; break } { $_ -lt 5 } { 'small' } default { "other $_" } }
}
for ($i = 0; $i -lt 5; $i++) { $a[$i]++ }
do { $x-- } while ($x -gt 0)
do { $x++ } until ($x -ge 3)
while ($true) { try { throw [System.InvalidOperationException]::new('x') } catch [System.IO.IOException], [ArgumentException] { $_ } catch { throw } finally { 'done' } ; break }
trap [System.Exception] { "trapped: $_"; continue }
$y = if ($a) { 1 } else { 2 }
$z = $a ? 1 : $b ?? 'none'
$h = @{ a = 1; 'b c' = 2, 3; 5 = { param($q) $q }; nested = @{ x = [pscustomobject]@{ y = 1kb } }
    last = $null }
$a?.b?[0]; ${v}?.c
$i, $j = 1, 2
($k, $l), [int]$m = $n
Get-Process | Where-Object { $_.CPU -gt 1.5e3 } |
    Sort-Object -Property CPU -Descending
    | Select-Object -First 5 2>&1 > out.txt
ls && echo ok || echo failed &
data d -SupportedCommand ConvertTo-Xml { 'text'; @{ k = 'v' } }
[int[]]$arr = 0x10, 0b11, 1e3, 1.5d, 10l, 5u, 3y, 100n, .5, -1, - 1
"{0:x} {1}" -f 255, $arr[-1, 0..2]
[math]::Max(1, [int]'2').ToString('N')
[System.Collections.Generic.Dictionary[string, int[]]]::new()
$o.Method[int]($x).Prop::Static
-join ('a', 'b'); -split 'a b'
& { begin { 1 } process { $_ } end { 3 } clean { 4 } } *> $null
