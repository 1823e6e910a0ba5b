# Prints the views and the type data that the session has, one fact a line, in the words of tests/compatibility.
$ErrorActionPreference = 'Stop'
function Show-Entry($entry) { if ("$($entry.ValueType)" -eq 'Property') { "p=$($entry.Value)" } else { 's' } }
foreach ($definition in Get-FormatData) {
    foreach ($view in $definition.FormatViewDefinition) {
        $control = $view.Control
        $kind = $control.GetType().Name.Replace('Control', '').ToLowerInvariant()
        $place = "view`t$($definition.TypeNames -join ',')`t$($view.Name)`t$kind"
        $flags = @(if ($control.OutOfBand) { 'oob' }; if ($control.AutoSize) { 'auto' }; if ($control.HideTableHeaders) { 'noHeaders' }; if ($control.GroupBy) { 'group' })
        "$place`tflags`t$($flags -join ',')"
        switch ($kind) {
            'table' {
                for ($at = 0; $at -lt $control.Headers.Count; $at++) {
                    $head, $cell = $control.Headers[$at], $control.Rows[0].Columns[$at]
                    $align = "$($head.Alignment)".Replace('Undefined', '')
                    "$place`tcol $at`t$($head.Label)|$($head.Width)|$align|$(Show-Entry $cell.DisplayEntry)|$($cell.FormatString)"
                }
                if ($control.Rows[0].Wrap) { "$place`twrap`t" }
            }
            'list' {
                $number = 0
                foreach ($entry in $control.Entries) {
                    foreach ($item in $entry.Items) {
                        "$place`titem $number`t$($entry.EntrySelectedBy.TypeNames -join ',')|$($item.Label)|$(Show-Entry $item.DisplayEntry)|$($item.FormatString)"
                        $number++
                    }
                }
            }
            'wide' {
                $number = 0
                foreach ($entry in $control.Entries) {
                    "$place`tentry $number`t$($entry.EntrySelectedBy.TypeNames -join ',')|$(Show-Entry $entry.DisplayEntry)"
                    $number++
                }
            }
        }
    }
}
foreach ($data in Get-TypeData) {
    $place = "type`t$($data.TypeName)"
    foreach ($name in $data.Members.Keys) {
        $member = $data.Members[$name]
        $kind = $member.GetType().Name.Replace('Data', '')
        $target = if ($kind -eq 'AliasProperty') { $member.ReferencedMemberName } elseif ($kind -eq 'NoteProperty') { $member.Value }
        # Scripts of the original are code here.
        "$place`tmember $name`t$($kind -replace '^(Script|Code)')|$target"
    }
    if ($data.DefaultDisplayPropertySet) { "$place`tdisplay`t$($data.DefaultDisplayPropertySet.ReferencedProperties -join ',')" }
    if ($data.DefaultDisplayProperty) { "$place`tdisplayProperty`t$($data.DefaultDisplayProperty)" }
    if ($data.DefaultKeyPropertySet) { "$place`tkey`t$($data.DefaultKeyPropertySet.ReferencedProperties -join ',')" }
    if ($data.PropertySerializationSet) { "$place`tserialize`t$($data.PropertySerializationSet.ReferencedProperties -join ',')" }
    if ($data.SerializationMethod) { "$place`tserMethod`t$($data.SerializationMethod)" }
    if ($data.SerializationDepth) { "$place`tserDepth`t$($data.SerializationDepth)" }
    if ($data.TargetTypeForDeserialization) { "$place`ttargetType`t$($data.TargetTypeForDeserialization.FullName)" }
}
