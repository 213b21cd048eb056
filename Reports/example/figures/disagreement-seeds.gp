# Draws disagreement-seeds.svg: run “gnuplot disagreement-seeds.gp” in this folder.
# Colours, fonts and line widths may be changed below. What it draws is in disagreement-seeds-N.dat and
# .bin, prepared for drawing; the numbers as they were measured are in disagreement-seeds.csv.
reset session
set encoding utf8
set terminal svg noenhanced dynamic size 640,557 font 'sans-serif,12' linewidth 1
set output 'disagreement-seeds.svg'
set multiplot
# Title and legend, in px from the lower left corner.
set lmargin at screen 0.0; set rmargin at screen 1.0; set bmargin at screen 0.0; set tmargin at screen 1.0
set xrange [0:640.0]
set yrange [0:557.0]
unset border; unset tics; unset key; unset colorbox
set label 'Disagreement of predictions' at screen 0.5,0.9633752244165171 center font ',16.0' textcolor rgb '#1F2328' noenhanced front
plot -1 with lines notitle
unset label; unset object
# A panel.
set lmargin at screen 0.14100000000000001; set rmargin at screen 0.8545; set bmargin at screen 0.10333931777378826; set tmargin at screen 0.9231597845601437
unset logscale x
set xrange [-0.5:4.5]
set xtics nomirror out norotate offset 0,0.4 scale 0.3,0.15 font ',12.0' textcolor rgb '#4B535D' ('seeds[0]' 0.0, 'seeds[1]' 1.0, 'seeds[2]' 2.0, 'seeds[3]' 3.0, 'seeds[4]' 4.0)
unset logscale y
set yrange [4.5:-0.5]
set ytics nomirror out norotate  scale 0.3,0.15 font ',12.0' textcolor rgb '#4B535D' ('seeds[0]' 0.0, 'seeds[1]' 1.0, 'seeds[2]' 2.0, 'seeds[3]' 3.0, 'seeds[4]' 4.0)
set clip one; set clip two
set border 15 front linewidth 0.8 linecolor rgb '#4B535D'
unset grid
unset logscale cb
set palette defined (0 '#440154', 1 '#481A6C', 2 '#472F7D', 3 '#414487', 4 '#39568C', 5 '#31688E', 6 '#2A788E', 7 '#23888E', 8 '#1F988B', 9 '#22A884', 10 '#35B779', 11 '#54C568', 12 '#7AD151', 13 '#A5DB36', 14 '#D2E21B', 15 '#FDE725')
set cbrange [0.0:0.13333333333333333]
set colorbox user vertical origin screen 0.876375,0.10333931777378826 size screen 0.0234375,0.8198204667863555
set cbtics out scale 0.5,0.25 font ',12.0' textcolor rgb '#4B535D' ('0.00' -0.0, '0.02' 0.02, '0.04' 0.04, '0.06' 0.06, '0.08' 0.08, '0.10' 0.1, '0.12' 0.12)
set label 'checkpoint' at screen 0.49775,0.027755834829443556 center font ',13.5' textcolor rgb '#1F2328' noenhanced front
set label 'checkpoint' at screen 0.01875,0.513249551166966 center rotate by 90 font ',13.5' textcolor rgb '#1F2328' noenhanced front
set label 'disagreement' at screen 0.978125,0.513249551166966 center rotate by 90 font ',13.5' textcolor rgb '#1F2328' noenhanced front
set label '0.000' at 0.0,0.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.098' at 1.0,0.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.092' at 2.0,0.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.128' at 3.0,0.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.108' at 4.0,0.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.098' at 0.0,1.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.000' at 1.0,1.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.087' at 2.0,1.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.105' at 3.0,1.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.108' at 4.0,1.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.092' at 0.0,2.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.087' at 1.0,2.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.000' at 2.0,2.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.133' at 3.0,2.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.097' at 4.0,2.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.128' at 0.0,3.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.105' at 1.0,3.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.133' at 2.0,3.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.000' at 3.0,3.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
set label '0.133' at 4.0,3.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.108' at 0.0,4.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.108' at 1.0,4.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.097' at 2.0,4.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.133' at 3.0,4.0 center font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label '0.000' at 4.0,4.0 center font ',13.0' textcolor rgb '#FFFFFF' noenhanced front
plot 'disagreement-seeds-1.dat'  using 1:2:3:4:5:6:7 with boxxyerror linecolor palette linewidth 0.5 fillstyle solid 1 notitle
unset label; unset object; unset arrow; unset logscale; unset colorbox
unset multiplot
unset output
