using namespace System.Text
using namespace System.Collections.Generic
[StringBuilder]::new('sb').ToString(); [List[int]]::new().Count
